// Loops stop: a run that is refused again and again at one tool, by its own doing (`fix_…`), gets so many attempts in a row.
// Then the tool is stopped there, until another one succeeds or an operator lifts it. This guard is for agents that do not
// converge, and never in the way of others: a store in trouble stops nobody, and a result stays a result.
import { hash } from "node:crypto";
import type { Run, ToolCall } from "../call.ts";
import type { Catalog, Contract } from "../contract/contract.ts";
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
  readonly catalog: Pick<Catalog, "find" | "contracts">;
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
  const { kept, maxAttempts, callerWindowMs, now } = parts;
  if (maxAttempts === 0) return uncounted;
  const { allowed, nameIn, hasAnother, refusalIn, liftedIn } = createAllowances(parts);
  const lookAgain = async (call: ToolCall): Promise<Refused | undefined> =>
    refusalIn(call, await kept.look(call.run.id));
  const countOne = async ({ run, tool }: ToolCall, refused: Refused): Promise<Refused> => {
    const expiresInMs = run.expiresAt === undefined ? callerWindowMs : Math.max(1, run.expiresAt - now());
    const name = nameIn(kept.known(run.id), run, tool);
    const most = allowed(run, tool);
    const used = await kept.add({ run: run.id, tool: name, allowed: most, expiresInMs });
    if (used <= most || refused.refusal.forwarded !== "no") return withAttempts(refused, used, most);
    return refuseStopped(used, expiresInMs, hasAnother(run, tool)); // it was before, and that was not known here
  };
  const lift = (call: ToolCall, counts: Counts | undefined): void => {
    const lifted = liftedIn(call, counts ?? new Map());
    if (lifted.length > 0) void kept.clear(call.run.id, lifted);
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
      const { run, tool } = call;
      const counts = kept.known(run.id);
      return withAttempts(refused, usedOf(counts, nameIn(counts, run, tool), now()), allowed(run, tool));
    },
    succeed: (call) => {
      const renewed = kept.renew(call.run.id); // asked before anything is cleared
      lift(call, kept.known(call.run.id));
      void renewed?.then((counts) => lift(call, counts));
    },
  };
};

/** What contracts and grants say. Of a tool that the run may not use its agent learns nothing: it is like none. */
const createAllowances = ({ catalog, maxAttempts, now }: AttemptsParts) => {
  const find = (run: Run, tool: string): Contract | undefined => (permits(run, tool) ? catalog.find(tool) : undefined);
  const allowed = (run: Run, tool: string): number => find(run, tool)?.attempts ?? maxAttempts;
  /** Names that no tool has shall push nothing out that is counted: a few count by themselves, all others together. */
  const nameIn = (counts: Counts | undefined, run: Run, tool: string): string => {
    const name = nameOf(tool);
    if (counts === undefined || find(run, tool) !== undefined || usedOf(counts, name, now()) > 0) return name;
    const made = [...counts].filter(([other, { until }]) => until > now() && find(run, other) === undefined);
    return made.length < MOST_MADE_UP ? name : OTHER_NAMES;
  };
  const hasAnother = (run: Run, tool: string): boolean =>
    catalog.contracts.some((one) => one.tool !== tool && one.operation.kind !== "local" && permits(run, one.tool));
  const refusalIn = ({ run, tool }: ToolCall, counts: Counts): Refused | undefined => {
    const count = counts.get(nameIn(counts, run, tool));
    if (count === undefined || count.until <= now() || count.used < allowed(run, tool)) return undefined;
    return refuseStopped(count.used, count.until - now(), hasAnother(run, tool));
  };
  /** Its own tool begins anew, and what is stopped is open again. */
  const liftedIn = ({ run, tool }: ToolCall, counts: Counts): readonly string[] =>
    [...counts].filter(([name, { used }]) => name === nameOf(tool) || used >= allowed(run, name)).map(([name]) => name);
  return { allowed, nameIn, hasAnother, refusalIn, liftedIn };
};

/** Far fewer than a store counts. */
export const MOST_MADE_UP = 16;
export const OTHER_NAMES = "(other names)";

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

const refuseStopped = (used: number, expiresInMs: number, hasAnother: boolean): Refused =>
  refuse(
    "stopped",
    `Too many calls of this tool were refused in a row, so that it is closed for now, whatever its arguments are. Give up this path, and report to your user what you tried and why it was refused. It opens again when ${hasAnother ? "a call of another tool succeeds, or when " : ""}an operator lifts the stop.`,
    { attempts: Object.freeze({ used, left: 0 }), retryAfterSeconds: Math.ceil(expiresInMs / 1000) },
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
