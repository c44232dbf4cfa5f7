// An MCP backend without the rooms around it: contracts made by hand, permits made as the walk makes them, and an agent that
// records what it is told. What a test says about sending, connections and drift needs no more.
import { type McpBackendOptions, createMcpBackend } from "../../src/backend/mcp/backend.ts";
import type { McpBackend } from "../../src/backend/backend.ts";
import type {
  AnswerRoom,
  JsonObject,
  McpAgent,
  McpEra,
  McpMessage,
  McpReply,
  McpSession,
  ToolCall,
} from "../../src/call.ts";
import { permitMessage } from "../../src/check/allowed-message.ts";
import type { CheckedCall } from "../../src/check/checked-call.ts";
import type { Contract, Effect, McpBackendDeclaration, ToolDefinition } from "../../src/contract/contract.ts";
import type { Allow } from "../../src/contract/allow-declaration.ts";
import { nothing } from "./allow.ts";
import { permitted } from "./permit.ts";
import { callerNamed } from "./someone.ts";

export interface Warning {
  readonly what: string;
  readonly context: Readonly<Record<string, unknown>>;
}

export interface TestBackend extends McpBackend {
  readonly warnings: readonly Warning[];
  readonly declaration: McpBackendDeclaration;
}

export interface TestBackendOptions {
  readonly server: string | readonly string[];
  readonly expected?: readonly ToolDefinition[];
  readonly allow?: Partial<Allow>;
  readonly maxResponseBytes?: number;
  readonly maxConnections?: number;
  readonly deadlineMs?: number;
  readonly credential?: readonly string[];
  /** Of a child. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** `server`: a URL, or a command. */
export const openBackend = (options: TestBackendOptions): TestBackend => {
  const {
    server,
    expected = [],
    allow = {},
    maxResponseBytes = 1_048_576,
    maxConnections = 16,
    deadlineMs = 5000,
    environment = {},
  } = options;
  const warnings: Warning[] = [];
  const declared =
    typeof server === "string"
      ? ({
          kind: "http",
          url: server,
          credential: undefined,
          networks: ["127.0.0.0/8"],
          connectTimeoutMs: 500,
          maxConnections,
        } as const)
      : ({ kind: "stdio", command: server, directory: undefined, environment } as const);
  const declaration: McpBackendDeclaration = {
    kind: "mcp",
    name: "probe",
    server: declared,
    allow: { ...nothing, ...allow },
    deadlineMs,
    maxResponseBytes,
  };
  const resolved: McpBackendOptions["server"] =
    declared.kind === "stdio"
      ? declared
      : { kind: "http", url: new URL(declared.url), credential: options.credential ?? [] };
  const telemetry = {
    fault: (what: string, error: unknown) => {
      throw new Error(what, { cause: error });
    },
    warn: (what: string, context: Readonly<Record<string, unknown>> = {}) => void warnings.push({ what, context }),
    unread: () => undefined,
  };
  const backend = createMcpBackend({ declaration, server: resolved, expected, telemetry });
  return { ...backend, warnings, declaration };
};

export const definitionOf = (name: string, more: Partial<ToolDefinition> = {}): ToolDefinition => ({
  name,
  description: `The tool ${name}.`,
  inputSchema: { type: "object" },
  outputSchema: undefined,
  ...more,
});

/** As a server lists it. */
export const listed = ({ name, description, inputSchema, outputSchema }: ToolDefinition): JsonObject => ({
  name,
  ...(description === undefined ? {} : { description }),
  inputSchema,
  ...(outputSchema === undefined ? {} : { outputSchema }),
});

export interface CallOptions {
  readonly tool: string;
  readonly arguments?: JsonObject;
  readonly effect?: Effect;
  readonly deadlineMs?: number;
  readonly agent?: McpAgent;
  readonly signal?: AbortSignal;
  readonly room?: AnswerRoom;
}

/** A permit for a tool of the backend: everything is a valid argument. */
export const permitCall = ({ declaration }: Pick<TestBackend, "declaration">, options: CallOptions): CheckedCall => {
  const { tool, arguments: given = {}, effect = "read", deadlineMs = 2000, agent, signal, room } = options;
  const contract: Contract = {
    tool,
    description: tool,
    words: { purpose: tool, checks: [] },
    effect,
    operation: {
      kind: "mcp",
      backend: declaration,
      definition: definitionOf(tool),
      body: { mediaType: "application/json", required: true, shape: { kind: "members", members: [], open: true } },
      headers: [],
    },
    inputSchema: { type: "object" },
    arguments: { check: () => ({ ok: true, arguments: given }) },
    operationTakes: () => true,
    output: { isAuthored: false, answer: () => [], succeeded: undefined, accept: "*/*", schema: undefined },
    ownsRoute: false,
    deadlineMs,
    journal: { policy: "required", result: "keep", maxResult: 65_536 },
    redact: () => null,
    examples: [],
    rules: [],
    pins: {},
    claimPins: {},
    formats: "annotate",
    functions: [],
    digest: "",
    file: "probe.ts",
  };
  const call: ToolCall = {
    id: "call",
    tool,
    arguments: given,
    ...callerNamed("anonymous"),
    ingress: "mcp",
    signal,
    room,
    ...(agent === undefined ? {} : { agent }),
  };
  const checked = permitted(contract, call);
  if (!checked.ok) throw new Error(checked.refusal.detail);
  return checked.value;
};

/** The code of a refusal and what it says about forwarding; of a result its texts. */
export const sendCall = async (
  backend: Pick<TestBackend, "send" | "declaration">,
  options: CallOptions,
): Promise<unknown> => {
  const sent = await backend.send(permitCall(backend, options), () => false);
  if (!sent.ok) return [sent.refusal.code, sent.refusal.forwarded];
  if (sent.value.kind !== "mcp") throw new Error("no MCP answer");
  const { reply } = sent.value;
  return reply.kind === "result" ? textsOf(reply.result) : `error ${reply.code}`;
};

const textsOf = ({ content, ...rest }: JsonObject): unknown =>
  Array.isArray(content) ? content.map((block) => Object(block)["text"]).join("\n") : rest;

export interface TestAgent extends McpAgent {
  readonly told: { readonly method: string; readonly params: JsonObject }[];
  readonly asked: { readonly method: string; readonly params: JsonObject }[];
  readonly progressed: JsonObject[];
}

export interface AgentOptions {
  readonly era?: McpEra;
  readonly capabilities?: JsonObject;
  readonly session?: McpSession;
  readonly logLevel?: string;
  readonly retry?: McpAgent["retry"];
  readonly answer?: (method: string, params: JsonObject) => McpReply | Promise<McpReply>;
}

const NO_ANSWER: McpReply = { kind: "error", code: -32_601, message: "no" };

export const createAgent = (options: AgentOptions = {}): TestAgent => {
  const { era = "modern", capabilities = {}, session, logLevel, retry, answer = () => NO_ANSWER } = options;
  const told: TestAgent["told"] = [];
  const asked: TestAgent["asked"] = [];
  const progressed: JsonObject[] = [];
  return {
    era,
    revision: era === "modern" ? "2026-07-28" : "2025-11-25",
    capabilities,
    session,
    logLevel,
    retry,
    told,
    asked,
    progressed,
    progress: (params) => void progressed.push(params),
    notify: (method, params) => void told.push({ method, params }),
    ask: async (method, params) => {
      asked.push({ method, params });
      return answer(method, params);
    },
  };
};

export interface TestSession extends McpSession {
  readonly told: { readonly method: string; readonly params: JsonObject }[];
  end(): void;
}

export const createSession = (id: string): TestSession => {
  const told: TestSession["told"] = [];
  const ending = new AbortController();
  return {
    id,
    keep: () => ending.signal,
    end: () => ending.abort(),
    told,
    notify: (method, params) => void told.push({ method, params }),
    ask: async () => NO_ANSWER,
  };
};

/** What is relayed, as if the allow list had named it. */
export const relay = async (
  backend: TestBackend,
  agent: McpAgent,
  message: {
    readonly method: string;
    readonly params?: JsonObject;
    readonly signal?: AbortSignal;
    readonly isNotification?: boolean;
    readonly caller?: string;
    readonly room?: AnswerRoom;
  },
): Promise<McpReply | readonly string[]> => {
  const { method, params = {}, signal, isNotification = false, caller = "anonymous", room } = message;
  const whole: McpMessage = {
    id: "message",
    backend: "probe",
    method,
    params,
    isNotification,
    ...callerNamed(caller),
    agent,
    signal,
    room,
  };
  const relayed = await backend.relay(permitMessage(whole, params));
  return relayed.ok ? relayed.value : [relayed.refusal.code, relayed.refusal.forwarded];
};
