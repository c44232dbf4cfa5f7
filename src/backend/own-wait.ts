// How long a call waits here instead of for the backend: for a connection that other calls hold, and for room for its answer.
// Where that took most of its time, a deadline says nothing about the backend.

export interface OwnWait {
  begin(): void;
  end(): void;
  isMostOf(deadlineMs: number): boolean;
}

const MOST = 0.5;

export const createOwnWait = (): OwnWait => {
  let waited = 0;
  let since: number | undefined;
  const end = (): void => {
    if (since !== undefined) waited += performance.now() - since;
    since = undefined;
  };
  return {
    begin: () => void (since ??= performance.now()),
    end,
    isMostOf: (deadlineMs) => {
      end();
      return waited >= MOST * deadlineMs;
    },
  };
};
