// The requests to a child that wait for their answers. Each ends once: by its answer, its deadline, the agent's hang-up or
// the end of the child.
import type { McpReply } from "../../call.ts";
import { writeMessage, writeRequest } from "./json-rpc.ts";
import type { Letter, Outbox } from "./outbox.ts";
import type { TransportAnswer, TransportFailure, TransportRequest } from "./transport.ts";

export interface PendingRequests {
  add(id: number, request: TransportRequest): Promise<TransportAnswer>;
  /** Whether a request with this id was sent and waits. */
  has(id: unknown): boolean;
  answer(id: unknown, reply: McpReply, bytes: number): void;
  /** Nothing happens where `has` is false. */
  fail(id: unknown, failure: TransportFailure, error: Error): void;
  failAll(failure: TransportFailure, error: Error): void;
  size(): number;
}

interface Pending {
  readonly id: number;
  readonly request: TransportRequest;
  readonly letter: Letter;
  readonly end: (answer: TransportAnswer) => void;
}

/** What ends an exchange from our side, so that the server can be told. */
const OURS: readonly TransportFailure[] = ["deadline", "hung_up", "too_large"];
/** Failures that are made of an answer. */
const ANSWERED: readonly TransportFailure[] = ["too_large", "not_protocol"];

export const createPendingRequests = (outbox: Outbox): PendingRequests => {
  const all = new Map<unknown, Pending>();

  const fail = ({ id, request, letter, end }: Pending, failure: TransportFailure, error: Error): void => {
    letter.withdraw();
    const started = letter.isSent();
    const isUnreachable = failure === "broken" && !started;
    const answered = ANSWERED.includes(failure);
    end({ ok: false, failure: isUnreachable ? "unreachable" : failure, status: undefined, started, answered, error });
    if (!request.cancels || !started || !OURS.includes(failure)) return;
    outbox.post(writeMessage({ method: "notifications/cancelled", params: { requestId: id, reason: failure } }));
  };

  const add = (id: number, request: TransportRequest): Promise<TransportAnswer> => {
    const { promise, resolve } = Promise.withResolvers<TransportAnswer>();
    const { deadlineMs, signal } = request;
    const letter = outbox.post(writeRequest(id, request.method, request.params));
    const hangUp = (): void => fail(pending, "hung_up", new Error("the agent hung up"));
    const expire = (): void => fail(pending, "deadline", new Error(`no answer within ${deadlineMs} ms`));
    const timer = deadlineMs === undefined ? undefined : setTimeout(expire, deadlineMs);
    const end = (answer: TransportAnswer): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", hangUp);
      all.delete(id);
      resolve(answer);
    };
    const pending = { id, request, letter, end };
    all.set(id, pending);
    signal?.addEventListener("abort", hangUp, { once: true });
    return promise;
  };

  const failById = (id: unknown, failure: TransportFailure, error: Error): void => {
    const pending = all.get(id);
    if (pending?.letter.isSent() === true) fail(pending, failure, error);
  };

  return {
    add,
    has: (id) => all.get(id)?.letter.isSent() === true,
    answer: (id, reply, bytes) => {
      const pending = all.get(id);
      if (pending === undefined) return;
      const { maxBytes = Number.POSITIVE_INFINITY } = pending.request;
      if (bytes <= maxBytes) return pending.end({ ok: true, reply, status: 200, session: undefined, isUnread: false });
      fail(pending, "too_large", new Error(`an answer of ${bytes} bytes`));
    },
    fail: failById,
    failAll: (failure, error) => {
      for (const pending of all.values()) fail(pending, failure, error);
    },
    size: () => all.size,
  };
};
