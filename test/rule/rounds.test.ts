// A call over MCP that goes on in several rounds, because the server asks the agent for something first: it claims once, and
// what an agent hands back takes nothing for free.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { errorOf, modern, refusalOf, resultOf, sendMcp } from "../ingress/mcp-wire.ts";
import { type HostileMcpServer, type Talk, startHostileMcpServer } from "../support/hostile-mcp-server.ts";
import { membersOf } from "../support/json.ts";
import { scriptServer, textResult } from "../support/mcp-script.ts";
import { definition, lockText } from "../support/mcp-folder.ts";
import { type Gate, startGate } from "./gate.ts";
import { type Sidecar, startSidecar } from "./sidecar.ts";

const inputSchema = {
  type: "object",
  properties: { order: { type: "string" }, amount: { type: "number" } },
  required: ["order", "amount"],
  additionalProperties: false,
} as const;
const definitions = [definition("book", { inputSchema, description: "Books." })];
const question = {
  method: "elicitation/create",
  params: { mode: "form", message: "Sure?", requestedSchema: { type: "object", properties: {} } },
};
const asking = { resultType: "input_required", inputRequests: { sure: question }, requestState: "server-state" };

const tool = (name: string, rules: string): string =>
  `import { approval, budget, defineContract, exclusive, limit, lookup, once } from "checkrein";
   import { bookings } from "./bookings.ts";
   export default defineContract({ tool: "${name}", description: "Books.", effect: "write", operation: bookings.tool("book"), rules: [${rules}] });`;

const files = {
  "bookings.ts": `import { defineMcpBackend, env } from "checkrein";
    export const bookings = defineMcpBackend({ name: "bookings", url: env("BOOKINGS_URL"), deadlineMs: 400, allow: { elicitation: true } });`,
  "book_once.ts": tool("book_once", "once(({ order }) => order)"),
  "book_sum.ts": tool("book_sum", "budget(({ amount }) => amount, { max: 100 }), limit(2)"),
  "book_asked.ts": tool("book_asked", "approval(), exclusive(({ order }) => order)"),
  "peek.ts": `import { defineContract } from "checkrein";
   import { bookings } from "./bookings.ts";
   export default defineContract({ tool: "peek", description: "Looks.", effect: "read", operation: bookings.tool("book") });`,
  "book_seen.ts": tool("book_seen", 'lookup("peek", ({ args }) => args)'),
  "checkrein.lock": lockText(definitions, "bookings"),
};

let server: HostileMcpServer;
let gate: Gate;
let sidecar: Sidecar;
let answers: ((talk: Talk) => void)[] = [];
let calls = 0;

beforeAll(async () => {
  const script = scriptServer({
    era: "modern",
    tools: () => definitions,
    on: {
      "tools/call": (talk) => {
        calls += 1;
        const isAnswered = "inputResponses" in membersOf(talk.message.params);
        const answer = answers.shift() ?? ((now: Talk) => now.result(isAnswered ? textResult("booked") : asking));
        answer(talk);
      },
    },
  });
  server = await startHostileMcpServer(script);
  gate = await startGate(server.url);
  sidecar = await startSidecar({ files, environment: { BOOKINGS_URL: gate.url }, callers: 20 });
});
afterAll(async () => {
  await sidecar.stop();
  await gate.shut();
  await server.close();
});

interface Round {
  readonly code: string;
  readonly state: string | undefined;
  readonly text: string;
  readonly call: unknown;
}
interface Agent {
  call(tool: string, given: object, state?: string): Promise<Round>;
}

const openAgent = (): Agent => {
  const { key } = sidecar.nextCaller();
  const capabilities = { "io.modelcontextprotocol/clientCapabilities": { elicitation: { form: {} } } };
  return {
    call: async (name, given, requestState) => {
      const retry = requestState === undefined ? {} : { requestState, inputResponses: { sure: { action: "accept" } } };
      const params = { name, arguments: given, ...retry, _meta: capabilities };
      const answer = await sendMcp(sidecar.app.port, modern("tools/call", params, { headers: { "x-api-key": key } }));
      const result = resultOf(answer);
      const { code = membersOf(errorOf(answer)["data"])["code"] ?? "ok" } = refusalOf(answer);
      const { requestState: state, _meta: meta } = result;
      const told = { text: answer.text, call: membersOf(meta)["checkrein/call"] };
      return { code: String(code), state: typeof state === "string" ? state : undefined, ...told };
    },
  };
};

let agent: Agent;
beforeEach(() => {
  agent = openAgent();
  answers = [];
  calls = 0;
});

/** The first round, which has to be a question. */
const begin = async (name: string, given: object): Promise<string> => {
  const { state, text } = await agent.call(name, given);
  if (state === undefined) throw new Error(text);
  return state;
};

const codes = async (...rounds: readonly Promise<Round>[]): Promise<readonly string[]> =>
  (await Promise.all(rounds)).map(({ code }) => code);

describe("a call in two rounds", () => {
  it("is counted once", async () => {
    const given = { order: "a", amount: 60 };
    const state = await begin("book_sum", given);
    expect(await agent.call("book_sum", given, state)).toMatchObject({ code: "ok" });
    expect(await codes(agent.call("book_sum", { order: "b", amount: 41 }))).toEqual(["limit_reached"]);
    expect(await agent.call("book_sum", { order: "b", amount: 40 })).toMatchObject({ code: "ok" });
  });

  it("counts while its question is open", async () => {
    await begin("book_sum", { order: "a", amount: 60 });
    expect(await agent.call("book_sum", { order: "b", amount: 41 })).toMatchObject({ code: "limit_reached" });
  });

  it("is counted again when it is replayed after its end", async () => {
    const given = { order: "a", amount: 60 };
    const state = await begin("book_sum", given);
    await agent.call("book_sum", given, state);
    expect(await agent.call("book_sum", given, state)).toMatchObject({ code: "limit_reached" });
    expect(calls).toBe(2);
  });

  it("uses one approval, and a replay asks anew", async () => {
    const given = { order: "c", amount: 1 };
    expect(await agent.call("book_asked", given)).toMatchObject({ code: "approval_required" });
    await approveAll();
    const state = await begin("book_asked", given);
    expect(await agent.call("book_asked", given, state)).toMatchObject({ code: "ok" });
    expect(await agent.call("book_asked", given, state)).toMatchObject({ code: "approval_required" });
    expect(await agent.call("book_asked", given)).toMatchObject({ code: "approval_required" });
  });

  it("takes place once, and its replay gets the recorded result", async () => {
    const given = { order: "d", amount: 1 };
    const { state, call } = await agent.call("book_once", given);
    expect(await agent.call("book_once", given)).toMatchObject({ code: "busy" });
    const done = await agent.call("book_once", given, state);
    expect(done).toMatchObject({ code: "ok", text: expect.stringContaining("booked") });
    for (const again of [await agent.call("book_once", given, state), await agent.call("book_once", given)])
      expect(again).toMatchObject({
        code: "ok",
        text: expect.stringContaining(`"checkrein/repeats":"${String(call)}"`),
      });
    expect(calls).toBe(2);
  });

  it("goes on after minutes, and nobody else has its key meanwhile", async () => {
    const given = { order: "e", amount: 1 };
    const state = await begin("book_once", given);
    sidecar.clock.pass(300_000);
    expect(await agent.call("book_once", given)).toMatchObject({ code: "outcome_unknown" });
    expect(await agent.call("book_once", given, state)).toMatchObject({ code: "ok" });
  });

  it("goes on after a round that did not reach the server", async () => {
    const given = { order: "f", amount: 60 };
    const state = await begin("book_sum", given);
    answers = [(talk) => void talk.socket.destroy()];
    const torn = await agent.call("book_sum", given, state);
    expect(torn.code).toMatch(/^upstream_/);
    const again = await agent.call("book_sum", given, state);
    expect(["ok", "limit_reached"]).toContain(again.code);
  });

  it("begins anew after a round that was not sent", async () => {
    const given = { order: "k", amount: 60 };
    const state = await begin("book_sum", given);
    await gate.shut();
    expect(await agent.call("book_sum", given, state)).toMatchObject({ code: "upstream_unavailable" });
    await gate.open();
    expect(await agent.call("book_sum", given, state)).toMatchObject({ code: "invalid_request" });
    const again = await begin("book_sum", { ...given, amount: 100 });
    expect(await agent.call("book_sum", { ...given, amount: 100 }, again)).toMatchObject({ code: "ok" });
  });

  it("is made by one of many who hand back the same state at once", async () => {
    const given = { order: "l", amount: 60 };
    for (const name of ["book_sum", "book_once"]) {
      const state = await begin(name, given);
      calls = 0;
      answers = [(talk) => void setTimeout(() => talk.result(asking), 150)];
      const seen = await codes(...Array.from({ length: 5 }, () => agent.call(name, given, state)));
      expect(seen.toSorted()).toEqual(["busy", "busy", "busy", "busy", "ok"]);
      expect(calls).toBe(1);
      expect(await codes(agent.call(name, given, state))).toEqual(["ok"]);
    }
  });

  it("is refused with another's state, and claims nothing", async () => {
    const state = await begin("book_sum", { order: "g", amount: 1 });
    expect(await agent.call("book_sum", { order: "g", amount: 2 }, state)).toMatchObject({ code: "invalid_request" });
    const other = openAgent();
    expect(await other.call("book_sum", { order: "g", amount: 1 }, state)).toMatchObject({ code: "invalid_request" });
  });

  it("goes on where its tool is stopped meanwhile, and is no attempt when a round is refused", async () => {
    const given = { order: "n", amount: 1 };
    const state = await begin("book_once", given);
    for (let index = 0; index < 5; index += 1) await agent.call("book_once", {});
    expect(await agent.call("book_once", { ...given, order: "o" })).toMatchObject({ code: "stopped" });
    const error = { code: -32_602, message: "No." };
    answers = [({ answer, message }) => answer(200, { jsonrpc: "2.0", id: message.id, error })];
    const refused = await agent.call("book_once", given, state);
    expect(refused).toMatchObject({ code: "backend_error", text: expect.stringContaining('"used":5') });
    const other = { ...given, order: "p" };
    expect(await agent.call("book_once", other, state)).toMatchObject({ code: "stopped" });
    agent = openAgent();
    const again = await begin("book_once", given);
    for (let index = 0; index < 5; index += 1) await agent.call("book_once", {});
    expect(await agent.call("book_once", given, again)).toMatchObject({ code: "ok" });
    expect(await agent.call("book_once", other)).toMatchObject({ code: "ok" });
  });

  it("that fails as the tool says gives back what it claimed", async () => {
    const given = { order: "h", amount: 1 };
    const state = await begin("book_once", given);
    answers = [(talk) => talk.result({ ...textResult("no"), isError: true })];
    expect(await agent.call("book_once", given, state)).toMatchObject({ code: "ok" });
    expect(await agent.call("book_once", { ...given, amount: 2 })).toMatchObject({
      code: "ok",
      state: expect.any(String),
    });
  });
});

describe("a lookup at an MCP server", () => {
  const given = { order: "m", amount: 1 };
  const failing = (talk: Talk): void => talk.result({ ...textResult("no"), isError: true });

  it("holds when the tool succeeds", async () => {
    answers = [(talk) => talk.result(textResult("seen"))];
    expect(await agent.call("book_seen", given)).toMatchObject({ code: "ok" });
    expect(calls).toBe(2);
  });

  it.each([
    ["fails as it says itself", failing],
    ["asks for something first", (talk: Talk) => talk.result(asking)],
  ])("refuses the call when the tool %s", async (_how, answer) => {
    answers = [answer];
    expect(await agent.call("book_seen", given)).toMatchObject({ code: "backend_error" });
    expect(calls).toBe(1);
  });
});

const approveAll = async (): Promise<void> => {
  const { body } = await sidecar.admin("GET", "/approvals");
  const list = Array.isArray(body["approvals"]) ? body["approvals"] : [];
  for (const { id, state } of list)
    if (state === "pending") await sidecar.admin("POST", `/approvals/${id}/approve`, { by: "ann" });
};
