// The mechanical agent: it knows nothing but what it is answered. It applies the fixes that are offered, all of them and in
// their order, makes the calls that are named, and stops where the class says so or nothing mechanical is left to do.
import { type Operation, applyPatch } from "rfc6902";
import type { Call } from "./fault.ts";

export interface AnswerIssue {
  readonly path: string;
  readonly accepts?: Readonly<Record<string, unknown>>;
  readonly fix?: readonly Operation[];
}

/** A refusal, as far as an agent reads it. */
export interface Refusal {
  readonly class: string;
  readonly code: string;
  readonly detail: string;
  readonly issues: readonly AnswerIssue[];
  readonly next: readonly { readonly tool: string; readonly arguments?: unknown }[];
}

/** Undefined: the call succeeded. */
export type Answer = Refusal | undefined;
export type Door = (call: Call) => Promise<Answer>;

export interface Trace {
  readonly hasSucceeded: boolean;
  /** All calls that were made, those that were named among them. */
  readonly calls: number;
  /** How often the agent changed something: patched, took another name, or called something first. */
  readonly repairs: number;
  /** Of the agent's own calls, in order. */
  readonly answers: readonly Answer[];
  /** The call as it was made last. */
  readonly last: Call;
}

const MOST_CALLS = 6;

export const runAgent = async (door: Door, asked: Call): Promise<Trace> => {
  const answers: Answer[] = [];
  let call = asked;
  let calls = 0;
  let repairs = 0;
  const end = (hasSucceeded: boolean): Trace => ({ hasSucceeded, calls, repairs, answers, last: call });
  while (calls < MOST_CALLS) {
    const answer = await door(call);
    calls += 1;
    answers.push(answer);
    if (answer === undefined) return end(true);
    const repair = repairOf(call, answer);
    if (repair === undefined) return end(false);
    repairs += 1;
    for (const first of repair.first) {
      if (calls + 1 >= MOST_CALLS) return end(false); // nothing would be left for the call itself
      calls += 1;
      if ((await door(first)) !== undefined) return end(false); // what was named does not work
    }
    call = repair.again;
  }
  return end(false);
};

export interface Repair {
  /** To be made before. */
  readonly first: readonly Call[];
  readonly again: Call;
}

/** Undefined: nothing mechanical is left to do. */
export const repairOf = (call: Call, answer: Refusal): Repair | undefined => {
  if (answer.class === "fix_arguments") return patched(call, answer);
  if (answer.class === "fix_tool") {
    const [only, ...others] = answer.next;
    if (only === undefined || others.length > 0) return undefined;
    return { first: [], again: { ...call, tool: only.tool } };
  }
  if (answer.class !== "fix_order" || answer.next.length === 0) return undefined;
  return { first: answer.next.map((next) => ({ tool: next.tool, arguments: next.arguments ?? {} })), again: call };
};

const patched = (call: Call, { issues }: Refusal): Repair | undefined => {
  const fixes = issues.flatMap(({ fix }) => fix ?? []);
  if (fixes.length === 0) return undefined;
  // Inside of an object, because a patch can replace everything but what it is applied to.
  const target = { arguments: structuredClone(call.arguments) };
  const moved = fixes.map((fix): Operation => ({ ...inside(fix), path: `/arguments${fix.path}` }));
  if (applyPatch(target, moved).some((error) => error !== null)) return undefined;
  return { first: [], again: { ...call, arguments: target.arguments } };
};

const inside = (operation: Operation): Operation =>
  operation.op === "move" || operation.op === "copy"
    ? { ...operation, from: `/arguments${operation.from}` }
    : operation;
