// Plain validation errors, read as generously as a program can: where an error's own words leave exactly one lossless
// reading of what was sent (a text that is the number or boolean that is wanted; one single allowed value), that is a fix.
import { isDeepStrictEqual } from "node:util";
import type { AnswerIssue, Refusal } from "../agent.ts";
import { valueAt } from "../../../src/json/pointer.ts";

export interface PlainError {
  /** JSON Pointer into the arguments. */
  readonly path: string;
  readonly keyword: string;
  /** What the error says about what is accepted: `{ type: "integer" }`. */
  readonly accepts: Readonly<Record<string, unknown>>;
}

export const refusalOf = (code: string, errors: readonly PlainError[], args: unknown): Refusal => ({
  class: "fix_arguments",
  code,
  detail: "",
  issues: withoutDoubt(errors.map((error) => issueOf(error, args))),
  next: [],
});

/** Branches of a union each ask for their own: two readings of one place are none. */
const withoutDoubt = (issues: readonly AnswerIssue[]): readonly AnswerIssue[] =>
  issues.map((issue) => {
    const others = issues.filter(({ path, fix }) => path === issue.path && fix !== undefined);
    const isOne = others.every(({ fix }) => isDeepStrictEqual(fix, issue.fix));
    if (issue.fix === undefined || isOne) return issue;
    const { fix: _fix, ...rest } = issue;
    return rest;
  });

/** The closest thing to an answer about a name: that there is none such. */
export const noSuchTool = (): Refusal => ({ class: "fix_tool", code: "not_found", detail: "", issues: [], next: [] });

const issueOf = ({ path, keyword, accepts }: PlainError, args: unknown): AnswerIssue => {
  const read = readingOf(keyword, accepts, valueAt(args, path));
  return { path, accepts, ...(read === undefined ? {} : { fix: [{ op: "replace", path, value: read.value }] }) };
};

const readingOf = (
  keyword: string,
  { type, enum: values, const: only }: Readonly<Record<string, unknown>>,
  sent: unknown,
): { readonly value: unknown } | undefined => {
  if (keyword === "const") return { value: only };
  if (keyword === "enum") return Array.isArray(values) && values.length === 1 ? { value: values[0] } : undefined;
  if (keyword !== "type" || typeof sent !== "string") return undefined;
  const readings = [type].flat().flatMap((one) => readAs(String(one), sent));
  return readings.length === 1 ? { value: readings[0] } : undefined;
};

const readAs = (type: string, text: string): readonly unknown[] => {
  if (type === "boolean" && (text === "true" || text === "false")) return [text === "true"];
  const number = Number(text);
  const isNumber =
    (type === "number" && Number.isFinite(number)) || (type === "integer" && Number.isSafeInteger(number));
  return isNumber && String(number) === text ? [number] : [];
};
