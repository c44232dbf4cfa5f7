// From a way to a server to a greeted connection: which era is asked for first, and what a greeting may cost.
import type { JsonObject, McpEra, McpSession } from "../../call.ts";
import { type Connection, type ConnectionOptions, createConnection } from "./connection.ts";
import { type Greeting, type GreetingLimits, discover, initialize } from "./era.ts";
import { isStale } from "./failure.ts";
import type { Opening } from "./link.ts";
import type { Transport } from "./transport.ts";

/** `undefined`: whichever the server speaks, the modern one first. */
export type WantedEra = McpEra | undefined;

interface OpenOptions extends Omit<ConnectionOptions, "transport" | "stale"> {
  readonly createTransport: () => Transport;
  readonly wanted: WantedEra;
  /** The era that the server spoke the last time. */
  readonly remembered: McpEra | undefined;
  readonly owner: McpSession | undefined;
  /** What the client of a legacy session can do. */
  readonly capabilities: JsonObject;
  readonly forget: (connection: Connection) => void;
}

/** A server that starts slowly, and one that ignores what it does not know, look the same: the first answer waits no longer. */
const PROBE_MS = 3000;
const GREETING_MS = 30_000;
const MOST_GREETING_BYTES = 1_048_576;

export const openConnection = async (options: OpenOptions, signal: AbortSignal): Promise<Opening> => {
  const { createTransport, forget } = options;
  let connection: Connection | undefined;
  const transport = createTransport();
  const greetable = createConnection({
    ...options,
    transport,
    stale: (answer) => {
      if (connection !== undefined && isStale(answer)) forget(connection);
    },
  });
  greetable.listen();
  const greeting = await greet(transport, options, signal);
  if (greeting.kind !== "greeted") {
    void transport.close();
    return greeting;
  }
  connection = greetable.greeted(greeting);
  await connection.heard;
  return { kind: "open", connection };
};

const greet = async (transport: Transport, options: OpenOptions, signal: AbortSignal): Promise<Greeting> => {
  const { kind, wanted, remembered, capabilities } = options;
  const limits = { deadlineMs: GREETING_MS, maxBytes: MOST_GREETING_BYTES, signal };
  if (wanted === "modern") return discover(transport, limits);
  if (wanted === "legacy") return initialize(transport, capabilities, limits);
  if (remembered === "legacy") {
    const again = await initialize(transport, capabilities, limits);
    return again.kind === "other" ? discover(transport, limits) : again;
  }
  const isStdio = kind === "stdio";
  const modern = await discover(transport, isStdio ? { ...limits, deadlineMs: PROBE_MS } : limits);
  if (modern.kind === "greeted" || (modern.kind === "failed" && !(isStdio && isSilent(modern)))) return modern;
  return initializeOr(transport, capabilities, limits, modern);
};

const isSilent = (greeting: Greeting): boolean => greeting.kind === "failed" && greeting.failed.failure === "deadline";

/** A server that was too slow for the probe may still be a modern one: then it refuses `initialize`, and is asked again. */
const initializeOr = async (
  transport: Transport,
  capabilities: JsonObject,
  limits: GreetingLimits,
  modern: Greeting,
): Promise<Greeting> => {
  const legacy = await initialize(transport, capabilities, limits);
  if (legacy.kind !== "other") return legacy;
  if (isSilent(modern)) return discover(transport, limits);
  const before = modern.kind === "other" ? modern.why : "no answer";
  return { kind: "other", why: `server/discover: ${before}; initialize: ${legacy.why}` };
};
