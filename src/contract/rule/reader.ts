// Reads what an author wrote in one rule: anything may stand anywhere, and every mistake is told with its place. A rule that
// was reported is not used, so a reader may go on with a stand-in and find the rest.
import { isJsonObject } from "../../call.ts";
import { didYouMean } from "../../nearest.ts";
import type { Effect } from "../contract.ts";
import type { RuleDeclaration } from "./declaration.ts";
import { parseDuration } from "./duration.ts";
import type { Reach } from "./reach.ts";
import type { Rule } from "./rule.ts";

/** What a rule has to know of its contract. */
export interface RuleSubject {
  readonly tool: string;
  readonly effect: Effect;
  readonly deadlineMs: number;
  /** Arguments, pins and claim pins. */
  readonly names: readonly string[];
  /** Whether a call may leave it out. */
  readonly isOptional: (argument: string) => boolean;
  /** What an argument can have at a pattern below it; the pattern "" is the argument itself. */
  readonly reach: (argument: string, pattern?: string) => Reach;
}

/** An author's function. What it gives is anything, and is judged where it is called. */
export type Written = (...given: readonly unknown[]) => never;

export type Options = Readonly<Record<string, unknown>>;

export interface RuleReader {
  readonly subject: RuleSubject;
  /** `<tool>/<kind>/<how manieth of its kind>` */
  readonly id: string;
  /** A problem of this rule, at a place in it (`same.orderId`) or, with "", of all of it. */
  report(place: string, message: string, mend: string): undefined;
  notice(message: string): void;
  /** The rule's options, of which these exist. `because` always does. */
  options(written: unknown, names: readonly string[]): Options;
  /** Milliseconds; undefined when it is not there, or wrong. */
  duration(options: Options, name: string): number | undefined;
  function(place: string, written: unknown): Written;
  /** As `function`, where it may be left out. */
  optional(place: string, written: unknown): Written | undefined;
  /** A tool's name; whether there is one is found out when all contracts are there. */
  tool(written: unknown): string;
  /** Says so when the contract has no such argument, or when a call may leave it out: the rule would refuse that. */
  argument(place: string, name: string): void;
}

export type ReadRule = (written: RuleDeclaration["written"], reader: RuleReader) => Rule;

export interface RuleProblem {
  readonly place: string;
  readonly message: string;
  readonly mend: string;
}

export const createReader = (
  subject: RuleSubject,
  id: string,
  found: { readonly problems: RuleProblem[]; readonly notices: string[]; readonly functions: Map<string, string> },
): RuleReader => {
  const report = (place: string, message: string, mend: string): undefined =>
    void found.problems.push({ place, message, mend });
  const optional = (place: string, written: unknown): Written | undefined => {
    if (written === undefined) return undefined;
    if (typeof written === "function") found.functions.set(place, String(written));
    // What it gives is unknown, and `never` makes no promise that anyone could rely on.
    if (typeof written === "function") return written as Written;
    return report(place, "is not a function", "write a function");
  };
  return {
    subject,
    id,
    report,
    notice: (message) => void found.notices.push(message),
    options: (written, names) => readOptions(written, ["because", ...names], report),
    duration: (options, name) => {
      const given = options[name];
      const milliseconds = parseDuration(given);
      if (given !== undefined && milliseconds === undefined)
        report(name, `${shown(given)} is not a duration`, 'write "30s", "10m", "24h", "7d", or milliseconds');
      return milliseconds;
    },
    optional,
    function: (place, written) => {
      if (written === undefined) report(place, "there is no function", "write a function");
      return optional(place, written) ?? missing;
    },
    tool: (written) => {
      if (typeof written === "string") return written;
      report("tool", `${shown(written)} is not the name of a tool`, 'name it as its contract does: "get_order"');
      return "";
    },
    argument: (place, name) => {
      if (subject.reach(name) === "nothing")
        report(place, `${subject.tool} has no argument '${name}'`, didYouMean(name, subject.names));
      else if (subject.isOptional(name))
        found.notices.push(`a call that leaves ${name} out is refused: the rule needs it`);
    },
  };
};

const missing: Written = () => {
  throw new TypeError("there is no function");
};

const readOptions = (written: unknown, names: readonly string[], report: RuleReader["report"]): Options => {
  if (written === undefined) return {};
  if (!isJsonObject(written)) {
    report("", `the options are ${shown(written)}`, `write an object with ${names.join(", ")}`);
    return {};
  }
  const options: Options = written;
  for (const name of Object.keys(options))
    if (!names.includes(name)) report(name, `the rule has no option ${name}`, didYouMean(name, names));
  const { because } = options;
  if (because !== undefined && (typeof because !== "string" || because.trim() === ""))
    report("because", `${shown(because)} is not a reason`, "write a sentence that agents can act on, or leave it out");
  return options;
};

export const becauseOf = ({ because }: Options): string | undefined =>
  typeof because === "string" ? because : undefined;

export const shown = (value: unknown): string => {
  if (typeof value === "string") return JSON.stringify(value.length > 80 ? `${value.slice(0, 79)}…` : value);
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : String(value);
};
