// Every rule through the whole sidecar: the same stories over every ingress, for callers as a whole and inside runs.
import { afterAll, beforeAll, describe, it } from "vitest";
import { WAYS } from "./agent.ts";
import { approvalStories } from "./approval-stories.ts";
import { claimStories } from "./claim-stories.ts";
import { type Sidecar, startSidecar } from "./sidecar.ts";
import { stories } from "./stories.ts";
import { playStory } from "./story.ts";

const ALL = Object.entries({ ...stories, ...claimStories, ...approvalStories });
let sidecar: Sidecar;
beforeAll(async () => {
  sidecar = await startSidecar({ callers: ALL.length * WAYS.length, flags: ["--max-attempts", "20"] });
});
afterAll(() => sidecar.stop());

describe.each(WAYS)("over $ingress, proven by $proof", (way) => {
  it.each(ALL)("%s", (_name, story) => playStory(sidecar, way, story));
});
