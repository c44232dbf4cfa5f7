// A refusal in the words that a model reads: what is wrong and where, what would be accepted, what to do next. Short,
// because it is paid for in tokens; the whole refusal stands beside it in `_meta`.
import { cut } from "../../json/json-scalar.ts";
import type { Issue, NextCall, Refusal, RefusalClass } from "../../refusal.ts";
import { retryAfterOf } from "../describe-refusal.ts";

const MOST_CHARACTERS = 1500;
/** Room for what to do, which must not fall victim to a long list. */
const MOST_ISSUES = 900;
const MOST_PART = 260;

const ADVICE: Readonly<Record<RefusalClass, string>> = {
  fix_arguments: "Correct this and call again.",
  fix_tool: "Call a tool that exists.",
  fix_order: "Do first what is named above, then call again.",
  wait: "Wait, then call again.",
  ask_human: "Ask a person how to go on; do not call again by yourself.",
  stop: "Do not repeat this call.",
  not_your_fault: "The fault is not in your call: changing it does not help.",
};

const FATE = { no: "", yes: "The call reached the backend.", unknown: "It is not known whether the call took place." };

export const refusalTextOf = (refusal: Refusal): string => {
  const lines = [
    `Refused (${refusal.code}): ${cut(refusal.detail, MOST_PART * 2)}`,
    ...issueLines(refusal.issues),
    ...(refusal.backend?.body === undefined
      ? []
      : [`Backend: ${cut(JSON.stringify(refusal.backend.body), MOST_PART)}`]),
    ...refusal.next.slice(0, 3).map(nextLine),
    `${adviceOf(refusal)} ${FATE[refusal.forwarded]}`.trim(),
  ];
  return cut(lines.join("\n"), MOST_CHARACTERS - 1);
};

const issueLines = (issues: readonly Issue[]): readonly string[] => {
  const lines: string[] = [];
  let length = 0;
  for (const issue of issues) {
    const line = issueLine(issue);
    length += line.length + 1;
    if (length > MOST_ISSUES) return [...lines, `- and ${issues.length - lines.length} more`];
    lines.push(line);
  }
  return lines;
};

const issueLine = ({ path, message, accepts }: Issue): string => {
  const place = path === "" ? "" : `${cut(path, 80)}: `;
  const accepted = accepts === undefined ? "" : ` Accepted: ${cut(JSON.stringify(accepts), MOST_PART)}`;
  return `- ${place}${cut(message, MOST_PART)}${accepted}`;
};

const nextLine = ({ tool, arguments: given, why }: NextCall): string =>
  `Next: ${tool}${given === undefined ? "" : ` ${cut(JSON.stringify(given), 120)}`}: ${cut(why, 120)}`;

const adviceOf = (refusal: Refusal): string => {
  if (refusal.code === "approval_required") return "Tell your user, and repeat the same call when it is approved.";
  const seconds = refusal.class === "wait" ? retryAfterOf(refusal) : undefined;
  return seconds === undefined ? ADVICE[refusal.class] : `Wait ${seconds} s, then call again.`;
};
