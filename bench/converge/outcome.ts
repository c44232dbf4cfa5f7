// What became of a case: whether the agent came back to the very call, and whether the answer that stopped it was right.
import { isDeepStrictEqual } from "node:util";
import { listOf, membersOf } from "../../test/support/json.ts";
import type { Answer, Refusal, Trace } from "./agent.ts";
import type { Fault, Told } from "./fault.ts";

export type Outcome =
  | "repaired"
  | "rightly stopped"
  | "wrongly stopped"
  | "wrongly repaired"
  | "wrong answer"
  | "let through";

export interface Seen {
  readonly fault: Fault;
  readonly trace: Trace;
  /** What arrived at the backend last, and what the call without a fault makes it receive. */
  readonly arrived: string | undefined;
  readonly wanted: string | undefined;
}

/** Undefined: here it was no fault, because what arrived at once is what the right call makes arrive, and nothing was left out. */
export const judgeCase = ({ fault, trace, arrived, wanted }: Seen): Outcome | undefined => {
  const isSame = arrived === wanted;
  if (trace.hasSucceeded && trace.repairs === 0)
    return isSame && fault.without === undefined ? undefined : "let through";
  if (trace.hasSucceeded) {
    if (!isSame) return "wrongly repaired";
    return fault.fix === "none" ? "wrong answer" : "repaired"; // a guess that met what was meant is a guess
  }
  if (fault.fix === "one") return "wrongly stopped";
  if (fault.fix === "unclear") return "rightly stopped";
  return isRight(trace.answers.at(-1), fault.told) ? "rightly stopped" : "wrong answer";
};

export const isRight = (answer: Answer, told: Told | undefined): boolean => {
  if (answer === undefined || told === undefined || answer.class !== told.class) return false;
  if (told.class !== "fix_arguments") return namesTool(answer, told);
  return answer.issues.some(({ path, accepts }) => path === told.path && (told.isOpen === true || says(accepts, told)));
};

/** With a name that was meant it has to be among those that are named. */
const namesTool = ({ next }: Refusal, { value }: Told): boolean =>
  value === undefined || next.some(({ tool }) => tool === value);

const says = (accepts: Readonly<Record<string, unknown>> | undefined, told: Told): boolean => {
  const { keyword, value } = told;
  if (accepts === undefined || Object.keys(accepts).length === 0) return false;
  if (keyword === undefined) return true;
  if (["anyOf", "oneOf"].some((choice) => listOf(accepts[choice]).some((branch) => says(membersOf(branch), told))))
    return true;
  const said =
    accepts[keyword] ?? (keyword === "enum" ? accepts["const"] : keyword === "const" ? accepts["enum"] : undefined);
  if (said === undefined) return false;
  if (value === undefined || isDeepStrictEqual(said, value)) return true;
  return Array.isArray(said) && said.some((one) => isDeepStrictEqual(one, value));
};
