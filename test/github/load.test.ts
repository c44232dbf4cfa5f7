// All of GitHub's operations as they are: that they load, what it costs, and what an operator is told about them.
import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import type { Contract } from "../../src/contract/contract.ts";
import { type LoadResult, loadContracts } from "../../src/contract/load/load.ts";
import { githubDocument, namesOf, writeOperations } from "../support/github-contracts.ts";

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");
const heap = (): number => {
  collect();
  return process.memoryUsage().heapUsed / 1e6;
};

/** What an operation is not offered for. Empty: every body that GitHub requires is JSON, a form or text. */
const NOT_LOADED: readonly string[] = [];

/** Bodies that are never sent, because their media type is not supported; the operation loads without them. */
const WITHOUT_BODY = ["repos_upload-release-asset"];

const operations = namesOf(JSON.parse(readFileSync(githubDocument, "utf8")));

interface Load {
  readonly loaded: LoadResult;
  /** Of processor time. */
  readonly milliseconds: number;
  readonly megabytes: number;
}

const load = async (count: number): Promise<Load> => {
  const { folder, remove } = writeOperations({
    document: githubDocument,
    operations: operations.slice(0, count),
  });
  const before = heap();
  const began = process.threadCpuUsage();
  const loaded = await loadContracts(folder);
  const { user, system } = process.threadCpuUsage(began);
  const milliseconds = (user + system) / 1000;
  remove();
  return { loaded, milliseconds, megabytes: heap() - before };
};

const contractsOf = (loaded: LoadResult): readonly Contract[] => {
  if (!loaded.ok) throw new Error(loaded.problems.map(({ place, message }) => `${place}: ${message}`).join("\n"));
  return loaded.catalog.contracts;
};

/** The first call compiles the validator: times in milliseconds, sorted, and the heap that they take. */
const firstCalls = (
  contracts: readonly Contract[],
): { readonly times: readonly number[]; readonly megabytes: number } => {
  const before = heap();
  const times = contracts.map((contract) => {
    const begun = performance.now();
    contract.arguments.check({});
    return performance.now() - begun;
  });
  return { times: times.sort((a, b) => a - b), megabytes: heap() - before };
};

const all = await load(operations.length);

it("loads every operation as it is and tells what is open, renamed or never sent", async () => {
  const few = await load(120);
  const contracts = contractsOf(all.loaded);
  const notices = all.loaded.ok ? all.loaded.notices : [];
  const told = (part: string): readonly string[] =>
    notices.filter(({ message }) => message.includes(part)).map(({ tool }) => tool);
  const cost = ({ milliseconds, megabytes }: Load): string =>
    `${milliseconds.toFixed(0)} ms, ${megabytes.toFixed(0)} MB`;
  console.log(`${contracts.length} operations: ${cost(all)}; 120 of them: ${cost(few)}`);
  for (const { tool, message } of notices) console.log(`  ${tool}: ${message}`);
  const names = new Set(contracts.map(({ tool }) => tool));
  expect(operations.map(({ tool }) => tool).filter((tool) => !names.has(tool))).toEqual(NOT_LOADED);
  expect(told("is not supported yet")).toEqual(WITHOUT_BODY);
  expect(told("stands in more than one place")).toHaveLength(5);
  expect(told("does not name").length + told("takes any member").length).toBe(notices.length - 6);
  expect(all.milliseconds).toBeLessThan(15_000);
  // Ten times the tools share one document: far less than ten times the memory.
  expect(all.megabytes).toBeLessThan(few.megabytes * 6);
}, 60_000);

it("compiles a validator at the first call, at a cost that grows with the number of tools called", () => {
  const contracts = contractsOf(all.loaded);
  const middle = Math.floor(contracts.length / 2);
  const [half, other] = [firstCalls(contracts.slice(0, middle)), firstCalls(contracts.slice(middle))];
  const times = [...half.times, ...other.times].sort((a, b) => a - b);
  const at = (part: number): string => (times[Math.floor((times.length - 1) * part)] ?? 0).toFixed(2);
  console.log(
    `first calls: median ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms; ${half.megabytes.toFixed(1)} MB and ${other.megabytes.toFixed(1)} MB for one half and the other`,
  );
  expect(other.megabytes).toBeLessThan(half.megabytes * 2 + 10);
  expect(Number(at(0.5))).toBeLessThan(20);
}, 60_000);
