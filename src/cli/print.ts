// How commands write for people: every problem with its file, place and mend, every example with what was wanted.
import type { LoadProblem, Notice } from "../contract/contract.ts";
import type { Issue } from "../refusal.ts";
import type { ExampleResult } from "../rehearse/examples.ts";

export interface Output {
  write(text: string): void;
}

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

export const printIssues = (issues: readonly Issue[], out: Output): void => {
  for (const { path, message } of issues) out.write(`         ${path === "" ? "arguments" : path}: ${message}\n`);
};

export const printFailure = ({ contract, example, want, got, issues }: ExampleResult, out: Output): void => {
  out.write(`${contract.tool}: example "${example.name}"\n       want: ${want}\n       got:  ${got}\n`);
  printIssues(issues, out);
};
