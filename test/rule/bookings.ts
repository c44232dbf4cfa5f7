// Tools of an MCP server that asks something first: their contracts, the server, and an agent that can answer.
import { errorOf, modern, refusalOf, resultOf, sendMcp } from "../ingress/mcp-wire.ts";
import { type Talk, startHostileMcpServer } from "../support/hostile-mcp-server.ts";
import { membersOf } from "../support/json.ts";
import { definition, lockText } from "../support/mcp-folder.ts";
import { scriptServer, textResult } from "../support/mcp-script.ts";
import { type Gate, startGate } from "./gate.ts";
import type { Sidecar, SidecarParts } from "./sidecar.ts";

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
export const asking = { resultType: "input_required", inputRequests: { sure: question }, requestState: "server-state" };

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
  "book_short.ts": `import { defineContract, z } from "checkrein";
   import { bookings } from "./bookings.ts";
   export default defineContract({ tool: "book_short", description: "Books.", effect: "write", operation: bookings.tool("book"),
     pin: { amount: 1 }, input: z.strictObject({ order: z.string().max(1) }) });`,
  "peek.ts": `import { defineContract } from "checkrein";
   import { bookings } from "./bookings.ts";
   export default defineContract({ tool: "peek", description: "Looks.", effect: "read", operation: bookings.tool("book") });`,
  "book_seen.ts": tool("book_seen", 'lookup("peek", ({ args }) => args)'),
  "checkrein.lock": lockText(definitions, "bookings"),
};

export interface Bookings {
  readonly gate: Gate;
  readonly folder: Pick<SidecarParts, "files" | "environment">;
  /** What the server says next, in order; then it asks, and books once it is answered. */
  answers(...next: readonly ((talk: Talk) => void)[]): void;
  calls(): number;
  forget(): void;
  stop(): Promise<void>;
}

export const startBookings = async (): Promise<Bookings> => {
  let answers: ((talk: Talk) => void)[] = [];
  let calls = 0;
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
  const server = await startHostileMcpServer(script);
  const gate = await startGate(server.url);
  return {
    gate,
    folder: { files, environment: { BOOKINGS_URL: gate.url } },
    answers: (...next) => void (answers = [...next]),
    calls: () => calls,
    forget: () => {
      answers = [];
      calls = 0;
    },
    stop: async () => {
      await gate.shut();
      await server.close();
    },
  };
};

export interface Round {
  readonly code: string;
  readonly state: string | undefined;
  readonly text: string;
  readonly call: unknown;
}
export interface Agent {
  call(tool: string, given: object, state?: string): Promise<Round>;
}

/** A caller without a past, whose client can answer questions. */
export const openAgent = (at: Sidecar): Agent => {
  const { key } = at.nextCaller();
  const capabilities = { "io.modelcontextprotocol/clientCapabilities": { elicitation: { form: {} } } };
  return {
    call: async (name, given, requestState) => {
      const retry = requestState === undefined ? {} : { requestState, inputResponses: { sure: { action: "accept" } } };
      const params = { name, arguments: given, ...retry, _meta: capabilities };
      const answer = await sendMcp(at.app.port, modern("tools/call", params, { headers: { "x-api-key": key } }));
      const result = resultOf(answer);
      const { code = membersOf(errorOf(answer)["data"])["code"] ?? "ok" } = refusalOf(answer);
      const { requestState: state, _meta: meta } = result;
      const told = { text: answer.text, call: membersOf(meta)["checkrein/call"] };
      return { code: String(code), state: typeof state === "string" ? state : undefined, ...told };
    },
  };
};

/** The first round, which has to be a question. */
export const begin = async (agent: Agent, name: string, given: object): Promise<string> => {
  const { state, text } = await agent.call(name, given);
  if (state === undefined) throw new Error(text);
  return state;
};
