// Refused attempts as operators see them: which runs try in vain, what is stopped, and the word that lifts it.
import type { AttemptPage, RunAttempts, Store } from "../state/store.ts";
import { callerRunId } from "./caller.ts";
import type { KeptAttempts } from "./kept-attempts.ts";

/** Rejects with a StoreError alone. `who`: the id of a run, or a caller's name for its calls without a run. */
export interface AttemptDesk {
  /** In the order of their first attempt. */
  list(page: AttemptPage): Promise<readonly RunTried[]>;
  /** Undefined where nothing is counted. */
  find(who: string): Promise<RunTried | undefined>;
  /** Counts of this tool, or of all, begin anew on all sidecars of the store: of how many tools. */
  clear(who: string, tool: string | undefined): Promise<number>;
}

export interface RunTried {
  readonly run: string;
  readonly tools: readonly ToolTried[];
}

export interface ToolTried {
  readonly tool: string;
  readonly used: number;
  readonly left: number;
  readonly isStopped: boolean;
  readonly expiresInMs: number;
}

export interface AttemptDeskParts {
  readonly store: Pick<Store, "attemptsOf" | "listAttempts" | "clearAttempts">;
  readonly kept: Pick<KeptAttempts, "look">;
  /** 0: what an earlier start has counted stops nothing. */
  readonly maxAttempts: number;
}

export const createAttemptDesk = ({ store, kept, maxAttempts }: AttemptDeskParts): AttemptDesk => {
  const viewOf = ({ run, tools }: RunAttempts): RunTried => ({
    run,
    tools: tools.map(({ tool, used, allowed, expiresInMs }) => {
      const left = Math.max(0, allowed - used);
      return { tool, used, left, isStopped: left === 0 && maxAttempts > 0, expiresInMs };
    }),
  });
  return {
    list: async (page) => (await store.listAttempts(page)).map(viewOf),
    find: async (who) => {
      const run = runIdOf(who);
      const tools = await store.attemptsOf(run);
      return tools.length === 0 ? undefined : viewOf({ run, tools });
    },
    clear: async (who, tool) => {
      const run = runIdOf(who);
      const cleared = await store.clearAttempts(run, tool === undefined ? undefined : [tool]);
      await kept.look(run); // here it is known at once
      return cleared;
    },
  };
};

/** Names of callers have neither `_` nor `:` before a `/`. */
const runIdOf = (who: string): string => (/^(?:run_|caller:)/.test(who) ? who : callerRunId(who));
