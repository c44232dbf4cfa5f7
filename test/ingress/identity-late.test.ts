// Tokens of issuers take a while to prove: the request waits, unread, and nothing is done for one that left meanwhile.
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Checked, accept } from "../../src/refusal.ts";
import type { Identity } from "../../src/run/caller.ts";
import { someone } from "../support/someone.ts";
import { type PlayedServer, said, startPlayedServer } from "./mcp-server.ts";
import { modern, rejectionOf, resultOf, sendMcp } from "./mcp-wire.ts";

let server: PlayedServer | undefined;
afterEach(() => server?.stop());

const search = modern("tools/call", { name: "search", arguments: {} });

/** A server whose callers are proven when `proof` says so, and how often a call went through. */
const start = async (proof: () => Promise<Checked<Identity>>): Promise<{ port: number; calls: () => number }> => {
  const forward = vi.fn(() => Promise.resolve(said("done")));
  server = await startPlayedServer({ identities: { identify: proof } });
  server.play({ forward });
  return { port: server.port, calls: () => forward.mock.calls.length };
};

describe("a request whose caller is not proven yet", () => {
  it("waits, and then goes on", async () => {
    const gate = Promise.withResolvers<Checked<Identity>>();
    const { port, calls } = await start(() => gate.promise);
    const answer = sendMcp(port, search);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(calls()).toBe(0);
    gate.resolve(accept(someone));
    expect(resultOf(await answer)["content"]).toMatchObject([{ text: "done" }]);
  });

  it("is dropped when it leaves meanwhile", async () => {
    const gate = Promise.withResolvers<Checked<Identity>>();
    const asked = Promise.withResolvers<void>();
    const { port } = await start(() => {
      asked.resolve();
      return gate.promise;
    });
    const leaving = new AbortController();
    const answer = fetch(`http://127.0.0.1:${port}/api/items`, { signal: leaving.signal }).catch(() => undefined);
    await asked.promise;
    leaving.abort();
    await answer;
    await vi.waitFor(() => expect(server?.traffic.inFlight()).toBe(0));
    const whoseRun = vi.fn(() => someone.run);
    gate.resolve(accept(Object.defineProperty({ ...someone }, "run", { get: whoseRun })));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(whoseRun).not.toHaveBeenCalled();
  });

  it("counts as in flight, so that a stop waits for it", async () => {
    const gate = Promise.withResolvers<Checked<Identity>>();
    const { port } = await start(() => gate.promise);
    const answer = sendMcp(port, search);
    await vi.waitFor(() => expect(server?.traffic.inFlight()).toBe(1));
    gate.resolve(accept(someone));
    await answer;
    await vi.waitFor(() => expect(server?.traffic.inFlight()).toBe(0));
  });

  it("is refused when a mistake of ours keeps it from being proven", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const { port, calls } = await start(() => Promise.reject(new Error("a mistake")));
    expect(rejectionOf(await sendMcp(port, search))).toEqual([500, -32_603, "internal"]);
    expect(calls()).toBe(0);
    vi.restoreAllMocks();
  });
});
