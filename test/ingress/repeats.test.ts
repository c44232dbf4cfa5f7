// What only rules bring about, in the form of each ingress: recorded results of repeated calls, and decisions of people.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { listOf, memberOf, membersOf } from "../support/json.ts";
import type { AgentAnswer } from "../support/running-app.ts";
import { always } from "../support/socket-backend.ts";
import { type IdentityApp, KEYS, startIdentityApp } from "./identity-app.ts";
import { type McpReplied, legacy, modern, refusalOf, resultOf, sendMcp } from "./mcp-wire.ts";

let app: IdentityApp;
beforeAll(async () => void (app = await startIdentityApp()));
afterAll(() => app.stop());
beforeEach(() => app.backend.play(always(200, '{"id":"a"}', { "checkrein-repeats": "forged" })));

const headers = [
  ["x-api-key", KEYS.bot],
  ["content-type", "application/json"],
] as const;
const post = (target: string, body: unknown): Promise<AgentAnswer> =>
  app.send({ method: "POST", target, headers, body: JSON.stringify(body) });
const call = (name: string): Promise<AgentAnswer> => post("/call", { tool: "save_thing", arguments: { name } });
const rest = (name: string): Promise<AgentAnswer> => post("/api/things", { name });
const mcp = (name: string, make: typeof modern | typeof legacy): Promise<McpReplied> =>
  sendMcp(
    app.port,
    make("tools/call", { name: "save_thing", arguments: { name } }, { headers: { "x-api-key": KEYS.bot } }),
  );

const metaOf = (answer: McpReplied): unknown => resultOf(answer)["_meta"];

describe("a call that was made before", () => {
  it("is answered with the recorded result and the first call's id, over every ingress", async () => {
    const first = await call("one");
    const id = first.headers["checkrein-call"];
    expect([first.status, first.headers["checkrein-repeats"]]).toEqual([200, undefined]);
    const [again, restAgain] = [await call("one"), await rest("one")];
    expect([again.headers["checkrein-repeats"], JSON.parse(again.text).result]).toEqual([id, { id: "a" }]);
    expect([restAgain.headers["checkrein-repeats"], restAgain.text]).toEqual([id, '{"id":"a"}']);
    for (const make of [modern, legacy]) {
      const answer = await mcp("one", make);
      expect(memberOf(metaOf(answer), "checkrein/repeats")).toBe(id);
      expect(resultOf(answer)).toMatchObject({ isError: false, content: [{ text: '{"id":"a"}' }] });
    }
    expect(app.backend.requests()).toHaveLength(1);
  });

  it("says so of no other, whatever the backend says", async () => {
    expect((await rest("two")).headers["checkrein-repeats"]).toBeUndefined();
    expect(metaOf(await mcp("three", modern))).not.toHaveProperty("checkrein/repeats");
  });
});

describe("a call that a person has to agree to", () => {
  it("names the approval over every ingress, and says how to go on", async () => {
    const answers = [await call("big"), await rest("big")].map(
      ({ status, text }) => [status, JSON.parse(text)] as const,
    );
    for (const [status, refusal] of answers) {
      expect([status, refusal.code]).toEqual([403, "approval_required"]);
      expect(refusal.approval).toEqual({ id: expect.any(String), expiresInSeconds: expect.any(Number) });
    }
    const answer = await mcp("big", modern);
    const { approval } = refusalOf(answer);
    expect(approval).toMatchObject({ id: answers[0]?.[1].approval.id });
    const text = String(membersOf(listOf(resultOf(answer)["content"])[0])["text"]);
    expect(text).toContain(String(memberOf(approval, "id")));
    expect(text).toContain("repeat the same call when it is approved");
    expect(text).not.toContain("do not call again");
  });
});

describe("a call that nobody knows the outcome of", () => {
  it("names the claim that a person has to settle", async () => {
    app.backend.play((socket) => void socket.destroy());
    const lost = await call("lost");
    expect(lost.code).toBe("upstream_outcome_unknown");
    for (const answer of [JSON.parse((await call("lost")).text), refusalOf(await mcp("lost", legacy))])
      expect(answer).toMatchObject({ code: "outcome_unknown", claim: lost.headers["checkrein-call"] });
  });
});
