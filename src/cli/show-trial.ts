// What an agent would get for a call, as a person reads it: the verdict, each issue with its place, what would be accepted and
// what would mend it, and what to do next.
import type { BuiltRequest } from "../call.ts";
import { visible } from "../contract/lock/visible.ts";
import { describePatch } from "../json/describe-patch.ts";
import { applyFixes } from "../json/patch.ts";
import { namePlace } from "../json/pointer.ts";
import type { Issue, NextCall, Refusal } from "../refusal.ts";
import type { Trial } from "../rehearse/try-call.ts";
import type { Paint } from "./paint.ts";
import { showDifference } from "./show-difference.ts";

export interface ShownTrial {
  readonly lines: readonly string[];
  readonly isForwarded: boolean;
}

/** The verdict on the arguments; where it offers fixes, the difference that they make and the verdict on what they give. */
export const showTrial = async (
  args: unknown,
  judge: (args: unknown) => Promise<Trial>,
  paint: Paint,
): Promise<ShownTrial> => {
  const trial = await judge(args);
  const lines = showVerdict(trial, paint);
  if (trial.verdict.ok) return { lines, isForwarded: true };
  const mended = applyFixes(args, trial.verdict.refusal.issues);
  if (mended === undefined) return { lines, isForwarded: false };
  const difference = showDifference(args, mended.value, paint).map((line) => `  ${line}`);
  const [first = "", ...rest] = showVerdict(await judge(mended.value), paint);
  return { lines: [...lines, "", ...difference, "", `with the fixes: ${first}`, ...rest], isForwarded: false };
};

const showVerdict = ({ verdict, faults }: Trial, paint: Paint): readonly string[] => [
  ...(verdict.ok ? showForwarded(verdict.value, paint) : showRefused(verdict.refusal, paint)),
  ...faults.map((fault) => `  ${paint("yellow", `a function of the contracts threw: ${String(fault)}`)}`),
];

/** Undefined: nothing is sent, because the tool runs in the agent. */
const showForwarded = (request: BuiltRequest | undefined, paint: Paint): readonly string[] => [
  paint("green", "would be forwarded"),
  ...requestLines(request).map((line) => `  ${visible(line)}`),
];

const requestLines = (request: BuiltRequest | undefined): readonly string[] => {
  if (request === undefined) return ["nothing is sent: the tool runs in the agent's own process"];
  if (request.kind === "mcp") return [`tools/call ${request.tool}`, JSON.stringify(request.arguments)];
  const { method, target, body } = request;
  return [`${method} ${target}`, ...(body === undefined ? [] : [body])];
};

/** Lines of a refusal, without the arguments. */
export const showRefused = (refusal: Refusal, paint: Paint): readonly string[] => [
  `${paint("red", "refused")}: ${paint("bold", refusal.code)} (${refusal.class})`,
  `  ${visible(refusal.detail)}`,
  ...refusal.issues.flatMap((issue) => ["", ...issueLines(issue, paint)]),
  ...(refusal.next.length > 0 ? [""] : []),
  ...refusal.next.flatMap((next) => nextLines(next, paint)),
];

const issueLines = ({ path, message, received, accepts, fix }: Issue, paint: Paint): readonly string[] => [
  `  ${paint("bold", namePlace(path))} ${visible(message)}`,
  ...(received === undefined ? [] : [`    received ${visible(received)}`]),
  ...(accepts === undefined ? [] : [`    accepted ${visible(JSON.stringify(accepts))}`]),
  ...(fix === undefined ? [] : [`    fix      ${paint("green", describePatch(fix))}`]),
];

const nextLines = ({ tool, arguments: given, why }: NextCall, paint: Paint): readonly string[] => [
  `  next     ${paint("cyan", tool)}${given === undefined ? "" : ` ${visible(JSON.stringify(given))}`}`,
  `           ${paint("dim", why)}`,
];
