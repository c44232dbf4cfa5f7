// The table of a system, and whether the bars are met.
import { type FaultClass, faultClasses } from "./fault.ts";
import type { Result } from "./measure.ts";

type Print = (line: string) => void;

const COLUMNS: readonly { readonly title: string; readonly counts: (result: Result) => boolean }[] = [
  { title: "cases", counts: () => true },
  { title: "mendable", counts: ({ fault }) => fault.fix === "one" },
  { title: "at once", counts: (result) => isRepaired(result, 1) },
  { title: "in two", counts: (result) => isRepaired(result, 2) && !isRepaired(result, 1) },
  { title: "later", counts: (result) => result.outcome === "repaired" && !isRepaired(result, 2) },
  { title: "rightly stopped", counts: ({ outcome }) => outcome === "rightly stopped" },
  { title: "wrongly stopped", counts: ({ outcome }) => outcome === "wrongly stopped" },
  { title: "wrongly repaired", counts: ({ outcome }) => outcome === "wrongly repaired" },
  { title: "wrong answer", counts: ({ outcome }) => outcome === "wrong answer" },
  { title: "let through", counts: ({ outcome }) => outcome === "let through" },
];

const isRepaired = ({ outcome, trace }: Result, most: number): boolean =>
  outcome === "repaired" && trace.repairs <= most;

export const printTable = (title: string, results: readonly Result[], print: Print): void => {
  print("");
  print(title);
  print(
    [...COLUMNS.map(({ title: name }) => name), "calls to success"].reduce(
      (line, name) => `${line}  ${name}`,
      "".padEnd(18),
    ),
  );
  const row = (name: string, some: readonly Result[]): void => {
    const cells = COLUMNS.map(
      ({ title: head, counts }) => `  ${String(some.filter(counts).length).padStart(head.length)}`,
    );
    print(`${name.padEnd(18)}${cells.join("")}  ${meanCalls(some).padStart("calls to success".length)}`);
  };
  for (const [name, some] of Map.groupBy(inOrder(results), ({ fault }) => fault.class)) row(name, some);
  row("all", results);
};

const inOrder = (results: readonly Result[]): readonly Result[] =>
  faultClasses.flatMap((name) => results.filter(({ fault }) => fault.class === name));

const meanCalls = (results: readonly Result[]): string => {
  const repaired = results.filter(({ outcome }) => outcome === "repaired");
  const calls = repaired.reduce((sum, { trace }) => sum + trace.calls, 0);
  return repaired.length === 0 ? "-" : (calls / repaired.length).toFixed(2);
};

export interface Bar {
  readonly says: string;
  readonly isMet: boolean;
}

const SEVERAL: readonly FaultClass[] = ["two at once", "three at once"];

/** Issue 5, “Done when”, 1. */
export const barsOf = (results: readonly Result[]): readonly Bar[] => {
  const mendable = results.filter(({ fault }) => fault.fix === "one");
  const isSeveral = ({ fault }: Result): boolean => SEVERAL.includes(fault.class);
  const wrong = results.filter(({ outcome }) => outcome === "wrongly repaired").length;
  const through = results.filter(({ outcome }) => outcome === "let through").length;
  const stopped = results.filter(({ fault }) => fault.fix === "none");
  const share = (says: string, some: readonly Result[], counts: (result: Result) => boolean, least: number): Bar => {
    const part = some.length === 0 ? 1 : some.filter(counts).length / some.length;
    const percent = (Math.floor(part * 10_000) / 100).toFixed(2);
    return { says: `${says}: ${percent} % of ${some.length} (bar: ${least * 100} %)`, isMet: part >= least };
  };
  return [
    share(
      "single mechanical faults, valid after one repair",
      mendable.filter((one) => !isSeveral(one)),
      (one) => isRepaired(one, 1),
      0.98,
    ),
    share(
      "two or three at once, valid after at most two repairs",
      mendable.filter(isSeveral),
      (one) => isRepaired(one, 2),
      0.95,
    ),
    share(
      "no mechanical fix exists, and the answer is right about it",
      stopped,
      ({ outcome }) => outcome === "rightly stopped",
      1,
    ),
    { says: `wrongly repaired: ${wrong} (bar: 0)`, isMet: wrong === 0 },
    { says: `let through: ${through} (bar: 0)`, isMet: through === 0 },
  ];
};
