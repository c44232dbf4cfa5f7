// One call as a story: who, in which run, what was asked, how it was decided, what it claimed, how it ended. Each part is one
// label and its lines; parts of which the journal has nothing are left out.
import { type JsonObject, type JsonValue, isJsonObject, memberOf } from "../call.ts";
import { visible } from "../contract/lock/visible.ts";
import { listOf, shown } from "./admin-port.ts";
import { endingOf } from "./journal-line.ts";
import { describeGrant } from "./journal-grant.ts";
import type { Paint } from "./paint.ts";

/** `records`: of one call, oldest first. Ends with a line end. */
export const tellStory = (records: readonly JsonObject[], paint: Paint): string => {
  const run = records.find((record) => kindOf(record) === "run");
  const calls = new Map<string, JsonObject[]>();
  for (const record of records) {
    if (kindOf(record) === "run") continue;
    const call = shown(record, "call");
    calls.set(call, [...(calls.get(call) ?? []), record]);
  }
  const stories = [...calls.values()].map((own) => tellCall(own, paint));
  return [...(run === undefined ? [] : [tellRun(run)]), ...stories].join("\n");
};

const kindOf = (record: JsonObject): JsonValue | undefined => memberOf(record, "kind");
const has = (record: JsonObject, name: string): boolean => memberOf(record, name) !== undefined;

/** Lines under a label; none without lines. */
const part = (label: string, lines: readonly string[]): string =>
  lines.map((line, index) => `${(index === 0 ? label : "").padEnd(10)} ${line}\n`).join("");

const tellRun = (run: JsonObject): string => {
  const lineage = memberOf(run, "lineage");
  const above = Array.isArray(lineage) && lineage.length > 1 ? `, a part of ${textOf(lineage.at(-2) ?? null)}` : "";
  const end = has(run, "expiresAt") ? `, to ${shown(run, "expiresAt")}` : "";
  const claims = memberOf(run, "claims");
  const isBare = isJsonObject(claims) && Object.keys(claims).length === 0;
  const grants = listOf(run, "grants").flatMap(describeGrant);
  return [
    part("who", [shown(run, "caller"), ...(isBare || claims === undefined ? [] : [`known of it: ${textOf(claims)}`])]),
    part("run", [`${shown(run, "run")}${above}${end}`, ...marksOf(run)]),
    part("may", grants.length === 0 ? ["all that the contracts allow"] : grants),
  ].join("");
};

const tellCall = (records: readonly JsonObject[], paint: Paint): string => {
  const own = records.filter((record) => memberOf(record, "ingress") !== "lookup");
  const lookups = records.filter((record) => memberOf(record, "ingress") === "lookup" && kindOf(record) === "call");
  const intent = own.find((record) => kindOf(record) === "intent");
  const end = own.find((record) => kindOf(record) === "call");
  const main = end ?? intent;
  if (main === undefined) return part("looked up", lookups.flatMap(tellLookup));
  return [
    `${paint("bold", shown(main, "tool"))}  ${shown(main, "call")}  ${paint(colourOf(main), endingOf(main))}\n`,
    part("came", [cameOf(main)]),
    part("asked", askedOf(main)),
    part("looked up", lookups.flatMap(tellLookup)),
    part("decided", decidedOf(main)),
    part(
      "approved",
      listOf(main, "approvals").map((one) => `${shown(one, "id")}, by ${shown(one, "by")}`),
    ),
    part("claimed", has(main, "claims") ? [`${textsOf(main, "claims")}; settled: ${shown(main, "settled")}`] : []),
    part("sent", sentOf(main, intent)),
    part("answered", answeredOf(main)),
    part("ended", endedOf(end)),
    part("note", has(main, "note") ? [shown(main, "note")] : []),
    part("left out", marksOf(main)),
  ].join("");
};

const colourOf = (record: JsonObject): "green" | "red" | "yellow" => {
  if (kindOf(record) === "intent" || memberOf(record, "forwarded") === "unknown") return "yellow";
  return memberOf(record, "decision") === "allow" && !has(record, "code") ? "green" : "red";
};

const cameOf = (record: JsonObject): string => {
  const round = has(record, "continues") ? `; goes on with ${shown(record, "continues")}` : "";
  const contract = has(record, "contract") ? `, contract ${shown(record, "contract")}` : "";
  return `${shown(record, "time")} over ${shown(record, "ingress")}, from ${shown(record, "caller")} in ${shown(record, "run")}${contract}${round}`;
};

const askedOf = (record: JsonObject): readonly string[] => {
  const given = listOf(record, "given").map(
    (one) => `and ${shown(one, "path")} (${shown(one, "code")}), which no argument takes`,
  );
  const sent = memberOf(record, "arguments");
  if (sent === undefined)
    return ["its arguments do not stand here: of an unknown tool nobody knows the secrets", ...given];
  return [...linesOf(sent), ...given];
};

const decidedOf = (record: JsonObject): readonly string[] => {
  if (kindOf(record) === "intent") return ["it was let through"];
  if (!has(record, "code")) return ["allowed"];
  const issues = listOf(record, "issues").map(
    (one) =>
      `${shown(one, "path") || "(all)"}: ${shown(one, has(one, "message") ? "message" : "code")}${has(one, "fix") ? "; a fix was offered" : ""}`,
  );
  return [
    `${verdictOf(record)}: ${shown(record, "code")} (${shown(record, "class")})`,
    ...(has(record, "detail") ? [shown(record, "detail")] : []),
    ...issues,
    ...(has(record, "next") ? [`next: ${textsOf(record, "next")}`] : []),
    ...(has(record, "retryAfter") ? [`again after ${shown(record, "retryAfter")} s`] : []),
  ];
};

const verdictOf = (record: JsonObject): string => {
  if (memberOf(record, "observed") === true) return "forwarded, although it should have been refused";
  return memberOf(record, "decision") === "refuse" ? "refused" : "allowed, and failed";
};

const sentOf = (record: JsonObject, intent: JsonObject | undefined): readonly string[] => {
  if (has(record, "repeats")) return [`nothing: it got the result of ${shown(record, "repeats")} again`];
  const forwarded = memberOf(record, "forwarded");
  if (forwarded === "no") return [memberOf(record, "ingress") === "check" ? "nothing: a dry run" : "nothing"];
  const lines = [forwarded === "yes" ? "yes" : "perhaps: nobody knows whether the backend saw it"];
  if (intent !== undefined) lines.push(`only after its intent was on the disk (record ${shown(intent, "seq")})`);
  if (has(record, "request")) lines.push(`request ${shown(record, "request")}`);
  return lines;
};

const answeredOf = (record: JsonObject): readonly string[] => {
  const status = has(record, "status") ? [`status ${shown(record, "status")}`] : [];
  const error = memberOf(record, "error");
  const result = memberOf(record, "result");
  const stream = memberOf(record, "stream");
  return [
    ...status,
    ...(memberOf(record, "toolError") === true ? ["the tool says that it failed"] : []),
    ...(memberOf(record, "counts") === false ? ["the contract says that this does not count as done"] : []),
    ...(error === undefined ? [] : linesOf(error)),
    ...(result === undefined ? [] : linesOf(result)),
    ...(isJsonObject(stream) ? [`a stream: ${shown(stream, "bytes")} bytes, ${shown(stream, "end")}`] : []),
  ];
};

const endedOf = (end: JsonObject | undefined): readonly string[] => {
  if (end === undefined)
    return ["no end of it stands in the journal: it is under way, or nobody knows what became of it"];
  const ms = Number(memberOf(end, "ms"));
  const at = new Date(Date.parse(shown(end, "time")) + ms);
  if (!(ms > 0) || Number.isNaN(at.getTime())) return ["nobody knows when: a later start closed it"];
  return [`${at.toISOString()}, after ${ms} ms (record ${shown(end, "seq")})`];
};

const tellLookup = (record: JsonObject): readonly string[] => [
  `${shown(record, "tool")}: ${endingOf(record)}, ${shown(record, "ms")} ms`,
  ...[memberOf(record, "arguments"), memberOf(record, "result")].flatMap((value) =>
    value === undefined ? [] : linesOf(value).map((line) => `  ${line}`),
  ),
];

const marksOf = (record: JsonObject): readonly string[] => [
  ...(has(record, "hidden") ? [`secrets in ${textsOf(record, "hidden")} stand as digests`] : []),
  ...(has(record, "cut")
    ? [`${textsOf(record, "cut")}: cut, or left out, for length or because the contract says so`]
    : []),
];

const textOf = (value: JsonValue): string => visible(typeof value === "string" ? value : JSON.stringify(value));

const textsOf = (record: JsonObject, name: string): string => {
  const list = memberOf(record, name);
  return Array.isArray(list) ? list.map(textOf).join(", ") : "";
};

const ONE_LINE = 88;

/** On one line where it fits. */
const linesOf = (value: JsonValue): readonly string[] => {
  const text = JSON.stringify(value);
  if (text.length <= ONE_LINE) return [visible(text)];
  return JSON.stringify(value, undefined, 2).split("\n").map(visible);
};
