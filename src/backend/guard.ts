// What stands before each backend: a bound on its calls and a breaker, so that a sick one harms nobody but its own callers, and
// those are answered at once.
import type { AllowedMessage } from "../check/allowed-message.ts";
import type { Effect } from "../contract/contract.ts";
import { type Checked, type Refused, refuse } from "../refusal.ts";
import type { BackendAnswer, McpReply } from "../call.ts";
import type { Backend, McpBackend } from "./backend.ts";
import { type Breaker, type BreakerOptions, type BreakerState, type CallEnd, createBreaker } from "./breaker.ts";
import { type QueueBound, createQueueBound } from "./queue-bound.ts";

export interface Guard {
  guard(backend: Backend): Backend;
  guardMcp(backend: McpBackend): McpBackend;
  describe(): GuardState;
}

/** For operators: how it stands with a backend. */
export interface GuardState {
  readonly breaker: BreakerState;
  /** Calls in flight, those included that wait for a connection. */
  readonly inFlight: number;
}

export interface GuardOptions extends Pick<BreakerOptions, "tell"> {
  readonly connections: number;
  readonly breakerMs: number;
}

interface Parts {
  readonly breaker: Breaker;
  readonly bound: QueueBound;
}

const now = (): number => performance.now();

export const createGuard = ({ connections, breakerMs, tell }: GuardOptions): Guard => {
  const parts = { breaker: createBreaker({ openMs: breakerMs, now, tell }), bound: createQueueBound(connections, now) };
  const { mayRepeat } = parts.breaker;
  const guard: Guard["guard"] = (backend) => ({
    ...backend,
    refuse: ({ contract, call }) => refuseNow(parts.breaker, contract.effect, call.caller.name),
    send: (call, streams, more) => {
      const { effect } = call.contract;
      const { signal, caller } = call.call;
      return pass(parts, { effect, signal, caller: caller.name }, (onConnection) =>
        backend.send(call, streams, { ...more, mayRepeat, onConnection }),
      );
    },
  });
  return {
    guard,
    guardMcp: (backend) => ({
      ...backend,
      ...guard(backend),
      relay: (allowed, more) =>
        isPassing(allowed)
          ? pass(parts, calledBy(allowed), (onConnection) =>
              backend.relay(allowed, { ...more, mayRepeat, onConnection }),
            )
          : backend.relay(allowed, more),
    }),
    describe: () => ({ breaker: parts.breaker.state(), inFlight: parts.bound.inFlight() }),
  };
};

/** A subscription stays as long as its agent likes, and is bounded where it is made; a notification waits for nothing. */
const isPassing = ({ message }: AllowedMessage): boolean =>
  !message.isNotification && message.method !== "subscriptions/listen";

const calledBy = ({ message: { signal, caller } }: AllowedMessage): Called => ({
  effect: "read",
  signal,
  caller: caller.name,
});

const refuseNow = (breaker: Breaker, effect: Effect, caller: string): Refused | undefined => {
  const wait = breaker.ask(effect === "read", caller);
  return wait === undefined ? undefined : refuseOpen(wait.seconds);
};

const refuseOpen = (retryAfterSeconds: number): Refused =>
  refuse(
    "upstream_unavailable",
    "The backend has failed again and again and is left alone for now; nothing was sent.",
    {
      class: "wait",
      retryAfterSeconds,
      log: "the breaker is open",
    },
  );

/** At one or two seconds, or all of them would come back together. */
const refuseFull = (): Refused =>
  refuse("overloaded", "Too many calls wait for this backend; nothing was sent. Try again later.", {
    retryAfterSeconds: 1 + Math.round(Math.random()),
  });

interface Called {
  readonly effect: Effect;
  readonly signal: AbortSignal | undefined;
  readonly caller: string;
}

const pass = async <T extends BackendAnswer | McpReply>(
  { breaker, bound }: Parts,
  { effect, signal, caller }: Called,
  send: (onConnection: () => void) => Promise<Checked<T>>,
): Promise<Checked<T>> => {
  const entered = bound.enter();
  if (entered === undefined) return refuseFull();
  const passage = breaker.enter(effect === "read", caller);
  if (!passage.ok) {
    entered.leave();
    return refuseOpen(passage.seconds);
  }
  let how: CallEnd = "nothing";
  let leave = entered.leave;
  try {
    const sent = await send(entered.begin);
    how = signal?.aborted === true ? "nothing" : endOf(sent);
    const isSent = sent.ok || sent.refusal.forwarded !== "no";
    if (isSent) leave = (): void => void freed(sent).then(entered.end);
    return sent;
  } finally {
    leave();
    passage.end(how);
  }
};

/** A stream that was handed on holds its connection until its end. */
const freed = async (sent: Checked<BackendAnswer | McpReply>): Promise<void> => {
  if (sent.ok && sent.value.kind === "rest" && sent.value.body.kind === "stream") await sent.value.body.ended;
};

const endOf = (sent: Checked<BackendAnswer | McpReply>): CallEnd => {
  if (sent.ok) return sent.value.kind === "rest" && sent.value.status >= 500 ? "failed" : "answered";
  const { code, forwarded, status } = sent.refusal;
  if (code === "backend_error") return status >= 500 ? "failed" : "answered";
  if (code === "upstream_unavailable" || code === "upstream_timeout" || code === "upstream_outcome_unknown")
    return forwarded === "no" ? "unreached" : "silent";
  return forwarded === "no" || code === "overloaded" ? "nothing" : "answered"; // what is too much is too much here
};
