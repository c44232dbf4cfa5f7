// What an agent hands back to go on with a call (MCP 2026-07-28, requestState). The server's own state travels inside, signed
// by us together with the call that it belongs to: a retry of another tool, with other arguments, by another caller, in
// another run, or with a state that nobody gave out, is no retry.
import { createHash } from "node:crypto";
import type { JsonObject, McpInputRequired, ToolCall } from "../call.ts";
import { canonicalJson } from "../json/canonical.ts";
import { createSignedText } from "../json/signed.ts";
import { type Checked, accept, refuse } from "../refusal.ts";

export interface RequestStates {
  /** The same demand, with a state that only this sidecar can have made. */
  wrap(call: ToolCall, demand: McpInputRequired): McpInputRequired;
  /**
   * The call as it was begun, with the server's own state and the answers it asked for. Without a state it is a call as any
   * other: answers that it brings along are left to the backend's allow list.
   */
  unwrap(call: ToolCall): Checked<ToolCall>;
}

/** Answers to questions that are older than this are no answers any more. */
const LIFETIME_MS = 3_600_000;

/** The claims of a token, short: it travels with every retry. */
interface State {
  readonly call: string;
  readonly bound: string;
  readonly until: number;
  /** Names of the questions asked. */
  readonly asked: readonly string[];
  readonly state?: string;
}

/** `key`: at least 32 bytes. The same on all replicas that an agent may reach. */
export const createRequestStates = (key: Uint8Array, now: () => number = Date.now): RequestStates => {
  // What it is for is signed, too: the key signs the tokens of runs as well.
  const signed = createSignedText(key, "state.", 4);
  return {
    wrap: (call, { kind, inputRequests, requestState }) => {
      const state: State = {
        call: call.id,
        bound: boundTo(call),
        until: now() + LIFETIME_MS,
        asked: Object.keys(inputRequests ?? {}),
        ...(requestState === undefined ? {} : { state: requestState }),
      };
      return { kind, inputRequests, requestState: signed.write(Buffer.from(JSON.stringify(state))) };
    },
    unwrap: (call) => {
      const retry = call.agent?.retry;
      if (call.agent === undefined || retry?.requestState === undefined) return accept(call);
      const state = signed.read(retry.requestState) as State | undefined; // signed: it is what `wrap` wrote
      if (state === undefined || state.bound !== boundTo(call) || state.until < now()) return refuseState();
      const inputResponses = pick(retry.inputResponses, new Set(state.asked));
      const agent = { ...call.agent, retry: { inputResponses, requestState: state.state } };
      return accept({ ...call, agent, id: state.call, round: call.id });
    },
  };
};

/** Answers to questions that nobody asked do not travel: they are no part of the call that goes on. */
const pick = (responses: JsonObject, asked: ReadonlySet<string>): JsonObject =>
  Object.fromEntries(Object.entries(responses).filter(([name]) => asked.has(name)));

/** Caller, run, tool and arguments of a call. A retry repeats the call, and not every client keeps the order of members. */
const boundTo = ({ caller, run, tool, arguments: given }: ToolCall): string =>
  createHash("sha256")
    .update(canonicalJson([caller.name, run.id, tool, given]))
    .digest("base64url");

const refuseState = (): Checked<never> =>
  refuse(
    "invalid_request",
    "The requestState does not belong to this call. Send back the one that you were given, with the same arguments, or call anew without it.",
  );
