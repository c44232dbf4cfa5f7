// How long a call waits here instead of for the backend: for a connection that other calls hold, and for room for its answer. A
// deadline that passes so says nothing about the backend. Once a call has a connection, its wait for that counts no more: a
// backend that hangs makes its calls wait for each other, and would never be found silent.

export interface OwnWait {
  /** There is a connection. Whether enough time is left to use it. */
  connect(): boolean;
  /** For room. */
  begin(): void;
  end(): void;
  /** Whether the deadline passed here. */
  isOwn(): boolean;
}

/** Of its deadline, a call has at least so much at the backend: a shorter silence would say nothing, and leave a write in doubt. */
const LEAST = 0.25;
/** Of its time with a connection. */
const MOST = 0.5;

export const createOwnWait = (deadlineMs: number): OwnWait => {
  const begun = performance.now();
  let connected: number | undefined;
  let waited = 0;
  let since: number | undefined;
  const end = (): void => {
    if (since !== undefined) waited += performance.now() - since;
    since = undefined;
  };
  return {
    connect: () => {
      const now = performance.now();
      if (begun + deadlineMs - now < LEAST * deadlineMs) return false;
      connected = now;
      return true;
    },
    begin: () => void (since ??= performance.now()),
    end,
    isOwn: () => {
      end();
      return connected === undefined || waited >= MOST * (performance.now() - connected);
    },
  };
};
