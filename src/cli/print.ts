// How commands write for people: every problem with its file, place and mend, every example with what was wanted.
import type { LoadProblem, Notice } from "../contract/contract.ts";
import { namePlace } from "../json/pointer.ts";
import type { ExampleResult } from "../rehearse/examples.ts";

export interface Output {
  write(text: string): void;
}

/** Says what failed; the exit code for it. */
export const fail = (out: Output, problem: string): 1 => {
  out.write(`${problem}\n`);
  return 1;
};

/** Says how the command is used wrongly; the exit code for that. */
export const failUsage = (out: Output, problem: string): 2 => {
  out.write(`${problem}\n`);
  return 2;
};

/** `1 tool`, `2 tools`. */
export const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? "" : "s"}`;

export const printProblems = (problems: readonly LoadProblem[], out: Output): void => {
  for (const { file, place, message, mend } of problems)
    out.write(`${file}: ${place}: ${message}\n    mend: ${mend}\n`);
  out.write(`${count(problems.length, "problem")}\n`);
};

export const printNotices = (notices: readonly Notice[], out: Output): void => {
  for (const { file, tool, message } of notices) out.write(`${file}: ${tool}: note: ${message}\n`);
};

/** What a failed example wanted, what it got and why; the caller has said which it is. */
export const printFailure = ({ want, got, issues }: ExampleResult, out: Output): void => {
  out.write(`       want: ${want}\n       got:  ${got}\n`);
  for (const { path, message } of issues) out.write(`         ${namePlace(path)}: ${message}\n`);
};
