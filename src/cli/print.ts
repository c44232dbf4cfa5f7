// How commands write for people: every problem with its file, place and mend.
import type { LoadProblem, Notice } from "../contract/contract.ts";

export interface Output {
  write(text: string): void;
}

export const printProblems = (problems: readonly LoadProblem[], out: Output): void => {
  for (const { file, place, message, mend } of problems)
    out.write(`${file}: ${place}: ${message}\n    mend: ${mend}\n`);
  out.write(`${problems.length} ${problems.length === 1 ? "problem" : "problems"}\n`);
};

export const printNotices = (notices: readonly Notice[], out: Output): void => {
  for (const { file, tool, message } of notices) out.write(`${file}: ${tool}: note: ${message}\n`);
};
