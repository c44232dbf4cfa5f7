// Brings one request to the server and its answer back, under one deadline: finds the connection, greets where that is
// needed, and sends a second time only what was certainly not run, or only reads.
import type { McpReply } from "../../call.ts";
import type { Effect } from "../../contract/contract.ts";
import { type Checked, type Refused, accept, refuse } from "../../refusal.ts";
import type { Connection, Exchange } from "./connection.ts";
import type { Failed } from "./era.ts";
import { refuseOwnWait } from "../failure.ts";
import { isDoubtful, mayRepeat, refuseFailure } from "./failure.ts";
import type { Link, Opening, Patience } from "./link.ts";
import type { TransportAnswer } from "./transport.ts";

export interface Routed {
  readonly connection: Connection;
  readonly link: Link;
}

interface Delivery {
  readonly effect: Effect;
  /** All of it together; undefined: as long as the stream lives. */
  readonly deadlineMs: number | undefined;
  readonly signal: AbortSignal | undefined;
  readonly route: (patience: Patience) => Promise<Checked<Routed>>;
  /** The last word before anything is sent. */
  readonly judge: (connection: Connection, patience: Patience) => Refused | undefined | Promise<Refused | undefined>;
  readonly exchange: (connection: Connection, deadlineMs: number | undefined) => Exchange;
  /** Asked before a read whose connection broke is sent again; absent: it may. */
  readonly mayRepeat?: (() => boolean) | undefined;
}

/** How long a request waits for a server that has to be started or greeted first. */
const READY_MS = 10_000;

export const deliver = async (delivery: Delivery): Promise<Checked<McpReply>> => {
  const { effect, deadlineMs, signal, route, judge, exchange } = delivery;
  const until = deadlineMs === undefined ? Infinity : performance.now() + deadlineMs;
  const left = (): number => Math.max(1, until - performance.now());
  const patience = (): Patience => ({ until: Math.min(until, performance.now() + READY_MS), signal });

  /** What was certainly not run goes again in any case. */
  const isRepeated = (answer: TransportAnswer, connection: Connection): boolean => {
    if (!mayRepeat(answer, effect, connection)) return false;
    return answer.ok || answer.failure !== "broken" || delivery.mayRepeat?.() !== false;
  };

  const attempt = async (): Promise<Attempt> => {
    const routed = await route(patience());
    if (!routed.ok) return { sent: false, refused: routed };
    const { connection, link } = routed.value;
    const refused = await judge(connection, patience());
    if (refused !== undefined) return { sent: false, refused };
    const answer = await connection.request(exchange(connection, deadlineMs === undefined ? undefined : left()));
    if (isDoubtful(answer)) link.forget(connection);
    return { sent: true, answer, isRepeated: isRepeated(answer, connection) };
  };

  const first = await attempt();
  if (!first.sent) return first.refused;
  if (!first.isRepeated) return conclude(effect, first.answer);
  const second = await attempt();
  if (reached(first) && !reached(second)) return conclude(effect, first.answer);
  return second.sent ? conclude(effect, second.answer) : second.refused;
};

type Attempt =
  | { readonly sent: false; readonly refused: Refused }
  | { readonly sent: true; readonly answer: TransportAnswer; readonly isRepeated: boolean };

const conclude = (effect: Effect, answer: TransportAnswer): Checked<McpReply> =>
  answer.ok ? accept(answer.reply) : refuseFailure(effect, answer);

/** Whether the server may have seen it: then no refusal may say that nothing was sent. */
const reached = (attempt: Attempt): boolean => attempt.sent && (attempt.answer.ok || attempt.answer.started);

/** Why there is no connection: nothing of the request was sent. */
export const refuseOpening = (opening: Exclude<Opening, { kind: "open" }>): Refused => {
  if (opening.kind === "other")
    return refuse(
      "upstream_unavailable",
      "The backend speaks no version of MCP that is known here; nothing was sent.",
      {
        log: opening.why,
      },
    );
  return refuseUnready(opening.failed, "The backend cannot be reached; nothing was sent.");
};

export const refuseUnready = ({ failure, status, error, isOwnWait }: Failed, detail: string): Refused => {
  const log = `${failure}${status === undefined ? "" : ` ${status}`}: ${error.message}`;
  if (isOwnWait === true) return refuseOwnWait("read", "no", log);
  if (status !== undefined && status >= 300 && status < 400)
    return refuse("upstream_redirect", "The backend answered with a redirect, and redirects are never followed.", {
      log,
    });
  if (failure === "deadline")
    return refuse("upstream_timeout", "The backend was not ready in time; nothing was sent.", { log });
  return refuse("upstream_unavailable", detail, { log });
};
