// What verifying a journal has found, for people: what is wrong first, then each chain.
import { visible } from "../contract/lock/visible.ts";
import type { Report } from "../journal/verify.ts";
import { type Paint, paintFor } from "./paint.ts";
import { type Output, count } from "./print.ts";

export const printReport = (report: Report, isSigned: boolean, out: Output): void => {
  const paint = paintFor(out);
  for (const line of problems(report, paint)) out.write(`${line}\n`);
  for (const line of summary(report, isSigned)) out.write(`${visible(line)}\n`);
  if (report.findings.length === 0) out.write(`${paint("green", "No problems.")}\n`);
};

const problems = ({ findings, more }: Report, paint: Paint): readonly string[] => {
  if (findings.length === 0) return [];
  const lines = findings.map(({ message }) => `  ${paint("red", visible(message))}`);
  return [`${count(findings.length + more, "problem")}:`, ...lines, ...(more > 0 ? [`  and ${more} more`] : []), ""];
};

type Chain = Report["chains"][number];

const summary = ({ chains, tornLine, isMixed }: Report, isSigned: boolean): readonly string[] => [
  ...chains.flatMap((chain) => describeChain(chain, isSigned)),
  ...(chains.length === 0 ? ["There is no record."] : []),
  ...(tornLine === undefined
    ? []
    : [`Line ${tornLine}, the last one, is half a record: its writer was killed, or is still writing it.`]),
  ...(isMixed === true
    ? [
        `There are ${chains.length} chains in one file, and a sidecar writes one: others were put in, or several journals were put together (then verify them as a stream: -).`,
      ]
    : []),
  ...(isSigned
    ? []
    : [
        "Nothing is anchored: whoever can write the whole journal could have written all of it anew. Name --checkpoints and --key.",
      ]),
];

const describeChain = (chain: Chain, isSigned: boolean): readonly string[] => {
  const { writer, from, to, dropped, lost, torn, killed, open } = chain;
  const openCalls = open.calls.length + open.more;
  const about = [
    isSigned ? describeAnchor(chain) : "",
    dropped === undefined ? "" : describeDropped(dropped),
    lost.gaps === 0
      ? ""
      : `${count(lost.records, "record")} could not be written and were lost, in ${count(lost.gaps, "gap")}`,
    torn === 0 ? "" : `a half-written end was set apart ${torn === 1 ? "once" : `${torn} times`}`,
    killed === 0
      ? ""
      : `the sidecar was killed ${killed === 1 ? "once" : `${killed} times`}: calls that wait for no record may be missing there`,
    openCalls === 0 ? "" : `without an end, perhaps sent: ${describeOpen(open)}`,
  ];
  const what = from > to ? "no record is left" : `records ${from}–${to}`;
  return [`${writer}: ${what}`, ...about.filter((text) => text !== "").map((text) => `  ${text}`)];
};

const describeAnchor = ({ anchored, to }: Chain): string => {
  if (anchored === undefined) return "none of them is anchored: no checkpoint has seen one";
  const { through, time } = anchored;
  const later = to - through;
  const rest = later === 0 ? "" : `; ${count(later, "later record")} not anchored yet`;
  return `anchored through record ${through}, by the checkpoint of ${time}${rest}`;
};

const describeDropped = ({ through, by }: NonNullable<Chain["dropped"]>): string =>
  `dropped by the sidecar: everything through record ${through}, as ${by === "checkpoint" ? "a signed checkpoint" : "a record of its own, which nothing proves,"} says`;

const describeOpen = ({ calls, more }: Chain["open"]): string =>
  `${count(calls.length + more, "call")}: ${calls.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
