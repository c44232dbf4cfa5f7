// A refusal in the words that a model reads: what is wrong and where, what would mend it, what to do next. Short, because it is
// paid for in tokens; the whole refusal stands beside it in `_meta`.
import { describePatch } from "../../json/describe-patch.ts";
import { cut, fit } from "../../json/json-scalar.ts";
import { namePlace } from "../../json/pointer.ts";
import type { Issue, NextCall, Refusal, RefusalClass, RefusalCode } from "../../refusal.ts";
import { retryAfterOf } from "../describe-refusal.ts";

const MOST_CHARACTERS = 599;
/** Kept for what is wrong and what to call, where there is any of both: a long detail must not use it up. */
const ROOM_FOR_ISSUES = 200;
const ROOM_FOR_NEXT = 120;
const LEAST_START = 160;
const MOST_PLACE = 80;
const MOST_ACCEPTED = 120;
const MOST_NEXT = 3;
/** Models are warned from here on. */
const FEW_ATTEMPTS = 2;

const ADVICE: Readonly<Record<RefusalClass, string>> = {
  fix_arguments: "Correct this and call again.",
  fix_tool: "Call a tool that exists.",
  fix_order: "Do first what is named above, then call again.",
  wait: "Wait, then call again.",
  ask_human: "Ask a person how to go on; do not call again by yourself.",
  stop: "Do not repeat this call.",
  not_your_fault: "The fault is not in your call: changing it does not help. Go on without it, or tell your user.",
};

/** Where the code says more than its class. */
const CODE_ADVICE: Partial<Record<RefusalCode, string>> = {
  approval_required: "Tell your user, and repeat the same call when it is approved.",
  stopped:
    "Give up this path: do not call it again in any form. Report to your user what you tried and why it was refused.",
};

const FATE = { no: "", yes: "The call reached the backend.", unknown: "It is not known whether the call took place." };

/** Under 600 characters. What to do is never cut, and the first issue always has its place. */
export const refusalTextOf = (refusal: Refusal): string => {
  const issues = issueLines(refusal);
  const next = nextLines(refusal);
  const end = [attemptsOf(refusal), adviceOf(refusal), FATE[refusal.forwarded]].filter((text) => text !== "").join(" ");
  const kept = (issues.length > 0 ? ROOM_FOR_ISSUES : 0) + (next.length > 0 ? ROOM_FOR_NEXT : 0);
  const start = fit(
    `Refused (${refusal.code}): ${oneLine(detailOf(refusal))}`,
    Math.max(LEAST_START, MOST_CHARACTERS - end.length - 1 - kept),
  );
  let room = MOST_CHARACTERS - start.length - end.length - 1;
  const shownNext = takeLines(next, Math.min(room, Math.max(ROOM_FOR_NEXT, room - ROOM_FOR_ISSUES)));
  room -= sizeOf(shownNext);
  const shownIssues = takeIssues(issues, room);
  const backend = takeLines(backendLines(refusal), room - sizeOf(shownIssues));
  return [start, ...shownIssues, ...backend, ...shownNext, end].join("\n");
};

/** Without what it says of the issues to readers of the JSON: here, the lines below and the advice say it. */
const detailOf = ({ detail }: Refusal): string =>
  detail.replace(/: see issues, mend all of them and call again\.$/, ".");

/** What authors write may have line ends. */
const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, " ");

/** Each with the line end before it. */
const sizeOf = (lines: readonly string[]): number => lines.reduce((size, line) => size + line.length + 1, 0);

/** As many as fit whole; the first is cut rather than left out. */
const takeLines = (lines: readonly string[], room: number): readonly string[] => {
  let size = 0;
  const fitting = lines.filter((line) => (size += line.length + 1) <= room);
  const [first] = lines;
  return fitting.length > 0 || first === undefined || room < MOST_PLACE ? fitting : [fit(first, room - 1)];
};

const takeIssues = (lines: readonly string[], room: number): readonly string[] => {
  if (sizeOf(lines) <= room) return lines;
  const more = (left: number): string => `- and ${left} more`;
  const taken = takeLines(lines, lines.length === 1 ? room : room - more(lines.length).length - 1);
  return taken.length === lines.length ? taken : [...taken, more(lines.length - taken.length)];
};

const issueLines = ({ code, issues }: Refusal): readonly string[] => {
  // What cannot be read has its issue in the detail, word for word.
  const told = issues.filter((issue) => issue.code !== code && !isEcho(issue, issues));
  return told.map((issue) => issueLine(issue, told.filter(({ path }) => path === issue.path).length === 1));
};

/** zod's formats come with their pattern: both fail, and say the same. */
const isEcho = ({ path, code }: Issue, issues: readonly Issue[]): boolean =>
  code === "pattern" && issues.some((other) => other.path === path && other.code === "format");

/** Several issues of one place say together what is accepted there. */
const issueLine = (issue: Issue, isAlone: boolean): string => {
  const { path, message, fix } = issue;
  const said = `- ${cut(namePlace(path), MOST_PLACE)}: ${oneLine(message)}`;
  const then = said.endsWith(".") ? " " : ". ";
  if (fix !== undefined) return `${said}${then}Fix: ${describePatch(fix)}`;
  const accepted = isAlone ? unsaidOf(issue) : [];
  if (accepted.length === 0) return said;
  return `${said}${then}Accepted: ${cut(JSON.stringify(Object.fromEntries(accepted)), MOST_ACCEPTED)}`;
};

/** Keywords whose values stand in the message, by the code of the issue, beside the one of the code's own name. */
const SAID: Readonly<Record<string, string>> = { unknown: "properties", oneOf: "enum" };

/** What is accepted beyond what the message says; the type is news of what is not there yet. */
const unsaidOf = ({ code, accepts = {} }: Issue): readonly (readonly [string, unknown])[] => {
  const said = Object.hasOwn(SAID, code) ? SAID[code] : undefined;
  const isMissing = code === "required" || code === "dependentRequired";
  return Object.entries(accepts).filter(
    ([name, value]) => name !== code && name !== said && (name !== "type" || isMissing) && !isNoBound(value),
  );
};

/** Bounds that every integer of JSON keeps. */
const isNoBound = (value: unknown): boolean => typeof value === "number" && Math.abs(value) === Number.MAX_SAFE_INTEGER;

const backendLines = ({ backend }: Refusal): readonly string[] => {
  const text = JSON.stringify(backend?.body);
  return text === undefined || text === "{}" ? [] : [`Backend: ${text}`];
};

const nextLines = ({ detail, next }: Refusal): readonly string[] =>
  next
    .filter(({ tool, arguments: given }) => given !== undefined || !detail.includes(tool))
    .slice(0, MOST_NEXT)
    .map((one) => nextLine(one, detail));

const nextLine = ({ tool, arguments: given, why }: NextCall, detail: string): string => {
  const call = `Next: ${tool}${given === undefined ? "" : ` ${JSON.stringify(given)}`}`;
  return detail.includes(why) ? call : `${call}: ${oneLine(why)}`;
};

const adviceOf = (refusal: Refusal): string => {
  const own = CODE_ADVICE[refusal.code];
  if (own !== undefined) return own;
  const { issues } = refusal;
  if (refusal.class === "fix_arguments" && issues.length > 0 && issues.every(({ fix }) => fix !== undefined))
    return `Apply the ${issues.length === 1 ? "fix" : "fixes"} and call again.`;
  const seconds = refusal.class === "wait" ? retryAfterOf(refusal) : undefined;
  return seconds === undefined ? ADVICE[refusal.class] : `Wait ${seconds} s, then call again.`;
};

/** Of mistakes alone: nothing else counts against the allowance. */
const attemptsOf = ({ class: refusalClass, attempts }: Refusal): string => {
  if (!refusalClass.startsWith("fix_") || attempts === undefined || attempts.left > FEW_ATTEMPTS) return "";
  return attempts.left === 0 ? LAST : `${attempts.left} ${attempts.left === 1 ? "attempt" : "attempts"} left.`;
};

const LAST = "No attempt left: one more mistake and this tool is closed to you.";
