// A story is a row of calls and what becomes of each: it holds over every ingress and for every proof of who calls. Before each
// call the same is asked of /check, which has to say the same and to change nothing.
import { expect } from "vitest";
import { type RefusalCode, refusalCodes } from "../../src/refusal.ts";
import { type Agent, type Seen, type Way, openAgent } from "./agent.ts";
import type { Given } from "./backend.ts";
import type { Sidecar } from "./sidecar.ts";

export interface Step {
  readonly tool: string;
  readonly given: Readonly<Record<string, unknown>>;
  /** What the refusal has; an empty one: there is a result. */
  readonly want: Readonly<Record<string, unknown>> | undefined;
  /** How the backend answers this and other tools, from now on. */
  readonly gives?: Readonly<Record<string, Given>>;
  /** Before the call: time goes by, a person decides. */
  readonly first?: (play: Play) => unknown;
  /** After it. */
  readonly then?: (seen: Seen, play: Play) => unknown;
  /** What /check says, where it cannot know better. */
  readonly check?: string;
  /** Requests that reach the backend: one for each call that is forwarded, unless it is said. */
  readonly sent?: number;
}

export interface Play {
  readonly sidecar: Sidecar;
  readonly agent: Agent;
  readonly way: Way;
  /** Answers of the earlier steps. */
  readonly seen: readonly Seen[];
}

/** `order`: an id that no other story has. */
export type Story = (order: string) => readonly Step[];

type More = Omit<Step, "tool" | "given" | "want">;

export const passes = (tool: string, given: Step["given"], more: More = {}): Step => ({
  tool,
  given,
  want: undefined,
  ...more,
});

/** With the class and the fate that the code's own table says, unless `want` says otherwise. */
export const fails = (
  code: RefusalCode,
  tool: string,
  given: Step["given"],
  { want = {}, ...more }: More & { readonly want?: Readonly<Record<string, unknown>> } = {},
): Step => ({ tool, given, want: { code, class: refusalCodes[code].class, forwarded: "no", ...want }, ...more });

let played = 0;

export const playStory = async (sidecar: Sidecar, way: Way, story: Story): Promise<void> => {
  played += 1;
  const agent = await openAgent(sidecar, way);
  const seen: Seen[] = [];
  const steps = story(`o${played}`);
  try {
    for (const [index, step] of steps.entries()) {
      const play = { sidecar, agent, way, seen };
      await step.first?.(play);
      for (const [tool, given] of Object.entries(step.gives ?? {})) sidecar.backend.give(tool, given);
      seen.push(await playStep(play, step, `step ${index + 1} (${step.tool})`));
    }
  } finally {
    for (const tool of steps.flatMap(({ gives = {} }) => Object.keys(gives))) sidecar.backend.give(tool, undefined);
  }
};

const playStep = async (play: Play, { tool, given, want, check, sent, then }: Step, name: string): Promise<Seen> => {
  const { agent, sidecar } = play;
  const isDecidedBefore = want !== undefined && want["forwarded"] === "no";
  const dry = await agent.check(tool, given);
  expect
    .soft(dry.code, `${name}, asked at /check: ${String(dry.refusal["detail"])}`)
    .toBe(check ?? (isDecidedBefore ? want["code"] : "ok"));
  sidecar.backend.take();
  const seen = await agent.call(tool, given);
  const arrived = sidecar.backend.take().filter((request) => request.tool === tool);
  expect(seen.code, `${name}: ${JSON.stringify(seen.refusal)}`).toBe(want?.["code"] ?? "ok");
  if (want !== undefined) expect(seen.refusal, `${name}: ${JSON.stringify(seen.refusal)}`).toMatchObject(want);
  expect(arrived.length, `requests of ${name}`).toBe(sent ?? (isDecidedBefore ? 0 : 1));
  await then?.(seen, play);
  return seen;
};
