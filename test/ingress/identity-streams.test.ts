// A stream that stays open by itself ends when what its client proved at the beginning is good no more.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { whileKnown } from "../../src/ingress/still-known.ts";
import { accept, refuse } from "../../src/refusal.ts";
import { refuseUnknown } from "../../src/run/identity.ts";
import { someone } from "../support/someone.ts";
import { type IdentityApp, KEYS, startIdentityApp } from "./identity-app.ts";
import { type McpPost, initialize, modern, openMcp, sendMcp } from "./mcp-wire.ts";

let app: IdentityApp;
beforeAll(async () => void (app = await startIdentityApp()));
afterAll(() => app.stop());
beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }));
afterEach(() => void vi.useRealTimers());

type Fields = Readonly<Record<string, string>>;
const begun = async (fields: Fields, path: string): Promise<McpPost> => {
  const answer = await sendMcp(app.port, { ...initialize(), path, headers: fields });
  return { method: "GET", headers: { "mcp-session-id": answer.headers.get("mcp-session-id") ?? "" } };
};
const STREAMS: readonly (readonly [string, (fields: Fields, path: string) => Promise<McpPost>])[] = [
  ["the GET stream of a session", begun],
  ["subscriptions/listen", async () => modern("subscriptions/listen", { notifications: {} })],
];

const pass = (milliseconds: number): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, milliseconds));
/** What is known about a run is a second old at most. */
const end = async (run: string): Promise<void> => {
  await app.end(run);
  await pass(1100);
};

/** Whether the stream has ended when its credentials were asked for again. */
const endsAfter = async (post: McpPost, act: () => Promise<void>): Promise<boolean> => {
  const leaving = new AbortController();
  const stream = await openMcp(app.port, { ...post, signal: leaving.signal });
  expect([stream.status, stream.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
  let hasEnded = false;
  const read = stream.text().then(
    () => (hasEnded = true),
    () => undefined,
  );
  await act();
  expect(hasEnded).toBe(false);
  vi.advanceTimersByTime(15_000);
  await pass(200);
  leaving.abort();
  await read;
  return hasEnded;
};

describe.each(STREAMS)("%s", (_what, make) => {
  const opened = async (fields: Fields, path = "/mcp"): Promise<McpPost> => {
    const post = await make(fields, path);
    return { ...post, path, headers: { ...post.headers, ...fields } };
  };

  it.each(["authorization", "the URL"])("ends with its run, whose token stood in %s", async (where) => {
    const run = await app.open({ caller: "bot" });
    const isUrl = where === "the URL";
    const fields: Fields = isUrl ? {} : { authorization: `Bearer ${run.token}` };
    const post = await opened(fields, isUrl ? `/r/${run.token}/mcp` : "/mcp");
    expect(await endsAfter(post, () => end(run.run))).toBe(true);
  });

  it("ends with the time of its run", async () => {
    const run = await app.open({ caller: "bot", lifetimeMs: 500 });
    const post = await opened({ authorization: `Bearer ${run.token}` });
    expect(await endsAfter(post, async () => void (await pass(500)))).toBe(true);
  });

  it("goes on with a key, and while its run does", async () => {
    const [run, other] = [await app.open({ caller: "bot" }), await app.open({ caller: "bot" })];
    const ofRun = await opened({ authorization: `Bearer ${run.token}` });
    expect(await endsAfter(ofRun, () => end(other.run))).toBe(false);
    expect(await endsAfter(await opened({ "x-api-key": KEYS.bot }), async () => undefined)).toBe(false);
  });
});

it("trouble while asking ends nothing, and nobody asks about a stream that is closed", async () => {
  const answers = [refuse("not_ready", ""), accept(someone), new Error("down"), refuse("unauthenticated", "")];
  let asked = 0;
  const { signal, closed } = whileKnown(() => {
    const answer = answers[asked];
    asked += 1;
    if (answer instanceof Error) throw answer;
    return answer ?? refuseUnknown();
  }, new AbortController().signal);
  for (const isEnded of [false, false, false, true]) {
    await vi.advanceTimersByTimeAsync(15_000);
    expect(signal.aborted).toBe(isEnded);
  }
  closed();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toBe(4);
});
