// Loops stop: a run that is refused again and again at one tool, by its own doing (`fix_…`), gets so many attempts in a row.
// Then the tool is stopped there, until another one succeeds or an operator lifts it. This guard is for agents that do not
// converge, and never in the way of others: a store in trouble stops nobody, and a result stays a result.
import { hash } from "node:crypto";
import type { ToolCall } from "../call.ts";
import type { Catalog } from "../contract/contract.ts";
import { type Refusal, type Refused, refuse } from "../refusal.ts";
import { type Counts, type KeptAttempts, usedOf } from "./kept-attempts.ts";
import { permits } from "./narrow.ts";

/** No method rejects. */
export interface Attempts {
  /** The refusal where the tool is stopped for this run. Waits, not for long, only where something is known that says so. */
  stop(call: ToolCall, isDryRun: boolean): Refused | undefined | Promise<Refused | undefined>;
  /** The refusal with how many attempts are used and left; it counts as one where it is the agent's to mend. */
  count(call: ToolCall, refused: Refused, isDryRun: boolean): Refused | Promise<Refused>;
  /** The call was sent and is done. Its result waits for nothing: others learn of it behind it. */
  succeed(call: ToolCall): void;
}

export interface AttemptsParts {
  readonly catalog: Pick<Catalog, "find">;
  readonly kept: KeptAttempts;
  /** 0: nothing is counted. */
  readonly maxAttempts: number;
  /** How long an attempt counts where there is no run. */
  readonly callerWindowMs: number;
  readonly now: () => number;
}

/** Nothing is counted, and so nothing stopped. */
export const uncounted: Attempts = Object.freeze({
  stop: () => undefined,
  count: (_call: ToolCall, refused: Refused) => refused,
  succeed: () => undefined,
});

export const createAttempts = (parts: AttemptsParts): Attempts => {
  const { catalog, kept, maxAttempts, callerWindowMs, now } = parts;
  if (maxAttempts === 0) return uncounted;
  /** Of a tool that the run may not use its agent learns nothing: not even what its contract allows. */
  const allowed = (run: ToolCall["run"], tool: string): number =>
    (permits(run, tool) ? catalog.find(tool)?.attempts : undefined) ?? maxAttempts;
  const refusalIn = ({ run, tool }: ToolCall, counts: Counts): Refused | undefined => {
    const used = usedOf(counts, nameOf(tool), now());
    return used < allowed(run, tool) ? undefined : refuseStopped(used);
  };
  const lookAgain = async (call: ToolCall): Promise<Refused | undefined> =>
    refusalIn(call, await kept.look(call.run.id));
  const countOne = async (call: ToolCall, refused: Refused): Promise<Refused> => {
    const { run, tool } = call;
    const expiresInMs = run.expiresAt === undefined ? callerWindowMs : Math.max(1, run.expiresAt - now());
    const used = await kept.add(run.id, nameOf(tool), expiresInMs);
    const most = allowed(run, tool);
    // It was stopped before, and that was not known here.
    return used > most && refused.refusal.forwarded === "no" ? refuseStopped(used) : withAttempts(refused, used, most);
  };
  /** Its own tool begins anew, and what is stopped is open again. */
  const lift = ({ run, tool }: ToolCall, counts: Counts | undefined): void => {
    const own = nameOf(tool);
    const ends = ([name, { used }]: readonly [string, { readonly used: number }]): boolean =>
      name === own || used >= allowed(run, name);
    const lifted = [...(counts ?? [])].filter(ends).map(([name]) => name);
    if (lifted.length > 0) void kept.clear(run.id, lifted);
  };
  return {
    stop: (call, isDryRun) => {
      const counts = kept.known(call.run.id);
      if (counts === undefined) return isDryRun ? lookAgain(call) : undefined;
      // Another sidecar or an operator may have lifted it.
      return counts.size === 0 || refusalIn(call, counts) === undefined ? undefined : lookAgain(call);
    },
    count: (call, refused, isDryRun) => {
      if (refused.refusal.code === "stopped") return refused;
      if (!isDryRun && isAttempt(refused.refusal)) return countOne(call, refused);
      const used = usedOf(kept.known(call.run.id), nameOf(call.tool), now());
      return withAttempts(refused, used, allowed(call.run, call.tool));
    },
    succeed: (call) => {
      const renewed = kept.renew(call.run.id); // asked before anything is cleared
      lift(call, kept.known(call.run.id));
      void renewed?.then((counts) => lift(call, counts));
    },
  };
};

/**
 * What the agent wrote wrongly. A backend that knows no such order, or says that it is closed, was asked a good question: of its
 * errors only those about the writing count. HTTP 400 and 422, JSON-RPC invalid params.
 */
const isAttempt = ({ code, class: refusalClass, forwarded, backend }: Refusal): boolean => {
  if (!refusalClass.startsWith("fix_")) return false;
  if (code !== "backend_error") return true;
  return forwarded === "yes" && ABOUT_WRITING.includes(backend?.status ?? 0);
};

const ABOUT_WRITING: readonly number[] = [400, 422, -32_602];

const withAttempts = ({ refusal }: Refused, used: number, most: number): Refused => ({
  ok: false,
  refusal: Object.freeze({ ...refusal, attempts: Object.freeze({ used, left: Math.max(0, most - used) }) }),
});

const refuseStopped = (used: number): Refused =>
  refuse(
    "stopped",
    "Too many calls of this tool were refused in a row, so that it is closed for now, whatever its arguments are. Give up this path, and report to your user what you tried and why it was refused. It opens again when a call of another tool succeeds, or when an operator lifts the stop.",
    { attempts: Object.freeze({ used, left: 0 }) },
  );

/** What any contract may be called, and more. */
const PLAIN = /^[\p{L}\p{N}\p{P}\p{S} ]{0,64}$/u;
const MOST_SHOWN = 64;

/** By which a tool is counted and listed. Agents make names up, of any length: those are cut, and told apart by a digest. */
export const nameOf = (tool: string): string => {
  if (PLAIN.test(tool)) return tool;
  const shown = tool.slice(0, MOST_SHOWN).replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, "?");
  return `${shown}… ${hash("sha256", tool, "base64url")}`;
};
