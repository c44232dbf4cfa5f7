// What stands below the tables: how they were made, what could not be run, and whether the bars are met.
import { readFileSync } from "node:fs";
import type { Measured, Result } from "./measure.ts";
import type { Bar } from "./table.ts";

type Print = (line: string) => void;

export interface Compared {
  readonly ours: Measured;
  readonly ajv: Measured;
  readonly openApi: Measured;
}

export const printNotes = (compared: readonly Compared[], print: Print): void => {
  const sum = (name: keyof Compared, of: (measured: Measured) => number): number =>
    compared.reduce((total, one) => total + of(one[name]), 0);
  const blockedBy = (name: keyof Compared): number => sum(name, ({ blocked }) => blocked.length);
  const leftBy = (name: keyof Compared): number => sum(name, ({ left }) => left);
  print(NOTES);
  print(
    `Valid calls made of schemas that no request can say, or a rule refuses, left out: ${blockedBy("ours")}; faults that leave the call valid: ${leftBy("ours")}.`,
  );
  print(
    `Valid calls that Ajv refuses or cannot compile: ${blockedBy("ajv")}; the OpenAPI validator: ${blockedBy("openApi")}, and ${leftBy("openApi")} cases that it cannot run.`,
  );
};

const NOTES = `
mendable: a mechanical fix exists, by what was done to the call; the answer is never asked. Of all other cases the right
end is to stop: with a class that says what is wrong, the place, and what is accepted there (else: wrong answer). Where
readers may differ on whether a fix exists, both ends are right.
wrongly repaired: the backend received another call than that of the valid one. let through: without any repair.
Plain errors are read generously: a text that is the one number or boolean that an error asks for is changed into it, and
so is a value of which an error allows exactly one. They know no class and no tool names; rules they do not know.
The OpenAPI validator takes no tool names and no arguments that are no object, and no fault that the REST form does not
show (a number in a query is a text); its documents may allow more than the contracts do, which is then let through. It is
given the requests of its documents alone, without a \`nullable\` beside no \`type\`, which it cannot compile.`;

/** Each case of ours that ended wrong, and each valid call that was left out, as one line of JSON. */
export const printCases = (compared: readonly Compared[], print: Print): void => {
  for (const { ours } of compared) for (const result of ours.results) printCase(result, print);
  for (const one of compared)
    for (const by of ["ours", "ajv", "openApi"] as const)
      for (const { subject, answer } of one[by].blocked) {
        const { set, name, call } = subject;
        print(JSON.stringify({ outcome: "left out", by, set, subject: name, call, answer }));
      }
};

const printCase = ({ subject, fault, outcome, trace, wanted, arrived }: Result, print: Print): void => {
  if (outcome === "repaired" || outcome === "rightly stopped") return;
  const { class: of, kind, fix, told, call } = fault;
  const named = { outcome, class: of, kind, fix, told, set: subject.set, subject: subject.name };
  const { last, answers } = trace;
  print(JSON.stringify({ ...named, valid: subject.call, call, last, wanted, arrived, answers }));
};

export interface End {
  readonly seed: number;
  readonly results: readonly Result[];
  readonly bars: readonly Bar[];
}

export const printEnd = ({ seed, results, bars }: End, print: Print): void => {
  print("");
  for (const { says, isMet } of bars) print(`${isMet ? "met   " : "MISSED"}  ${says}`);
  const subjects = new Set(results.map(({ subject }) => subject));
  const github = new Set([...subjects].filter(({ set }) => set === "github").map(({ call }) => call.tool));
  const tools = new Set([...subjects].map(({ set, call }) => `${set} ${call.tool}`));
  print("");
  print(
    `checkrein ${ownVersion()}, ${["ajv", "fastify", "express", "express-openapi-validator", "rfc6902"].map(versionOf).join(", ")}, Node ${process.version}`,
  );
  print(
    `seed ${seed}: ${results.length} cases in ${subjects.size} valid calls of ${tools.size} tools, ${github.size} of them operations of GitHub's document`,
  );
  print(`${process.uptime().toFixed(0)} s, at most ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`);
};

const readPackage = (
  url: URL,
): {
  readonly version: string;
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
} => JSON.parse(readFileSync(url, "utf8"));

const own = readPackage(new URL("../../package.json", import.meta.url));
const ownVersion = (): string => own.version;
/** Exact, as package.json has them. */
const versionOf = (name: string): string => `${name} ${own.dependencies[name] ?? own.devDependencies[name]}`;
