// What the replay showed, as text: how many writes of each kind were refused, by which clause of the policy, and what the
// policy asks for that no call can show.
import { readFileSync } from "node:fs";
import * as clauses from "../../contracts/airline/clauses.ts";
import { type Kind, type RecordedRun, kindOf, writeTools } from "./recording.ts";
import type { Refused, Replayed } from "./replay.ts";

type Print = (line: string) => void;

export const report = (runs: readonly RecordedRun[], replayed: readonly Replayed[], print: Print): void => {
  const writes = replayed.filter(({ call }) => writeTools.has(call.tool));
  const of = (kind: Kind): readonly Replayed[] => writes.filter(({ run, call }) => kindOf(run, call) === kind);
  reportWrong(of("wrong"), print);
  reportRight(of("right"), print);
  reportRejected(of("rejected"), print);
  reportUnseen(print);
  const reads = replayed.filter(({ call, refusal }) => !writeTools.has(call.tool) && refusal !== undefined);
  const resting = writes.filter(({ isAfterRefusal }) => isAfterRefusal);
  print("");
  print(`How it was replayed: ${runs.length} runs, one minted run each; reads refused: ${reads.length}.`);
  print(
    "A refused call does not reach the backend and leaves no evidence. The calls after it are made as they were recorded, and",
  );
  print(`the backend answers as it did then: ${resting.length} writes come after a refused write of their run.`);
};

const isRefused = ({ refusal }: Replayed): boolean => refusal !== undefined;

const reportWrong = (wrong: readonly Replayed[], print: Print): void => {
  const refused = wrong.filter(isRefused);
  print(`Wrong writes that took place in the recording: ${wrong.length}; refused now: ${refused.length}, by clause:`);
  for (const [clause, group] of groupBy(refused, ({ refusal }) => clauseOf(refusal))) {
    print(`  ${clause}: ${group.length}`);
    for (const one of group) print(`    ${nameOf(one)}: ${reasonOf(one.refusal)}`);
  }
  const passed = wrong.filter((one) => !isRefused(one));
  const tools = [...groupBy(passed, ({ call }) => call.tool)].map(([tool, { length }]) => `${length} ${tool}`);
  print(
    `  not refused: ${tools.join(", ")}: they contradict no clause that calls can show (another flight, payment method or`,
  );
  print("  passenger than the user wanted, a segment that was used, a reason that insurance does not cover)");
  const fine = passed.filter(({ run }) => run.reward === 1).length;
  if (fine > 0)
    print(`  ${fine} of these in runs whose data were right at the end: other arguments of the same meaning`);
};

const reportRight = (right: readonly Replayed[], print: Print): void => {
  const refused = right.filter(isRefused);
  print("");
  print(
    `Right writes: ${right.length}; refused now: ${refused.length}${refused.length === 0 ? "" : ", each against the policy's own text:"}`,
  );
  for (const one of refused) {
    print(`  ${nameOf(one)} (${clauseOf(one.refusal)})`);
    print(`    ${one.refusal?.detail ?? ""}`);
  }
};

const reportRejected = (rejected: readonly Replayed[], print: Print): void => {
  const refused = rejected.filter(isRefused);
  print("");
  print(
    `Writes that the backend rejected: ${rejected.length}; refused before they are sent: ${refused.length}, with these answers:`,
  );
  for (const one of refused) {
    print(`  ${nameOf(one)} (${clauseOf(one.refusal)})`);
    print(`    backend: ${one.call.output.replace(/^Error:?\s*/, "")}`);
    print(`    sidecar: ${reasonOf(one.refusal)}`);
  }
};

const reportUnseen = (print: Print): void => {
  const page = readFileSync(new URL("../../contracts/airline/POLICY.md", import.meta.url), "utf8");
  const [, table = ""] = page.split("## Clauses that calls cannot show");
  const rows = table.split("\n").flatMap((line) => {
    const [, clause, why] = /^\| (“.*) \| (.*) \|$/.exec(line) ?? [];
    return clause === undefined || why === undefined ? [] : [{ clause, why }];
  });
  print("");
  print(`What the policy asks for and calls cannot show: ${rows.length} clauses`);
  for (const { clause, why } of rows) print(`  ${clause}\n    ${why}`);
};

const nameOf = ({ run, call }: Replayed): string =>
  `task ${run.task}, trial ${run.trial}: ${call.tool} ${String(call.arguments["reservation_id"] ?? call.arguments["user_id"])}`;

/** Every refusal of a rule has its clause in it, word for word. */
const clauseOf = (refusal: Refused | undefined): string =>
  Object.entries(clauses).find(([, text]) => refusal?.detail.includes(text))?.[0] ?? "input";

/** What is wrong with this very call, without the clause. */
const reasonOf = (refusal: Refused | undefined): string => {
  if (refusal === undefined) return "";
  const { issues = [], next = [], detail } = refusal;
  if (issues.length > 0) return issues.map(({ path, message }) => `${path} ${message}`).join("; ");
  if (next.length > 0) return `call ${next.map(({ tool }) => tool).join(" or ")} first`;
  return Object.values(clauses)
    .reduce((text, clause) => text.replace(clause, ""), detail)
    .trim();
};

const groupBy = <T>(values: readonly T[], keyOf: (value: T) => string): ReadonlyMap<string, readonly T[]> =>
  Map.groupBy([...values], keyOf);
