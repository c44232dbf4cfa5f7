// `npm run bench:converge [-- --seed 1] [--only "wrong type"] [--cases]`: seeded faults in valid calls, and a mechanical agent
// that knows nothing but what it is answered. Prints what became of each class of fault, behind the sidecar and, as the
// comparison, behind plain validators. Exit code 1 where a bar of ours is missed.
import { parseArgs } from "node:util";
import { startCountingBackend } from "./converge/backend.ts";
import { startAjvSidecar } from "./converge/door/ajv.ts";
import { startSidecar } from "./converge/door/checkrein.ts";
import { startOpenApiValidator } from "./converge/door/openapi.ts";
import { type Fault, type FaultClass, type Subject, faultClasses } from "./converge/fault.ts";
import { writeGithub } from "./converge/github.ts";
import { injectFaults } from "./converge/inject.ts";
import { type Measured, type Result, measure } from "./converge/measure.ts";
import { createRandom } from "./converge/random.ts";
import { type Compared, printCases, printEnd, printNotes } from "./converge/report.ts";
import { contractSets } from "./converge/sets.ts";
import { subjectsOf } from "./converge/subjects.ts";
import type { ContractSet, Loaded, System } from "./converge/system.ts";
import { barsOf, printTable } from "./converge/table.ts";

const print = (line: string): void => void process.stdout.write(`${line}\n`);

interface Options {
  readonly seed: number;
  readonly only: FaultClass | undefined;
  readonly showsCases: boolean;
}

const readOptions = (): Options => {
  const { values } = parseArgs({
    options: { seed: { type: "string" }, only: { type: "string" }, cases: { type: "boolean" } },
  });
  const only = faultClasses.find((name) => name === values.only);
  const seed = Number(values.seed ?? 20260728);
  if ((values.only !== undefined && only === undefined) || !Number.isSafeInteger(seed))
    throw new Error(`--seed takes a whole number, and --only one of: ${faultClasses.join(", ")}`);
  return { seed, only, showsCases: values.cases === true };
};

/** Operations of GitHub's document: a few more than 200, because some have values that no request can say. */
const GITHUB_OPERATIONS = 240;

/** One folder of contracts in all three systems, with the same faults. */
const compareOn = async (set: ContractSet, { seed, only }: Options): Promise<Compared> => {
  const backend = await startCountingBackend();
  const sidecar = await startSidecar(set, backend.url);
  const loaded: Loaded = { set, catalog: sidecar.catalog, backend };
  const isGithub = set.name === "github";
  const subjects = subjectsOf(set, sidecar.catalog, { seed, made: isGithub ? 2 : 3 });
  const most = isGithub ? 1 : 4;
  const faultsOf = (subject: Subject): readonly Fault[] =>
    injectFaults(subject, { random: createRandom(seed + subjects.indexOf(subject)), most, only });
  const ours = await run(loaded, sidecar, { subjects, faultsOf });
  const kept = Map.groupBy(ours.results, ({ subject }) => subject);
  const same = {
    subjects: [...kept.keys()],
    faultsOf: (subject: Subject) => (kept.get(subject) ?? []).map(({ fault }) => fault),
  };
  const ajv = await run(loaded, await startAjvSidecar(loaded), same);
  const openApi = await run(loaded, await startOpenApiValidator(loaded), same);
  backend.close();
  return { ours, ajv, openApi };
};

const run = async (
  loaded: Loaded,
  system: System,
  cases: Pick<Parameters<typeof measure>[0], "subjects" | "faultsOf">,
): Promise<Measured> => measure({ loaded, system, ...cases }).finally(() => system.close());

const main = async (): Promise<boolean> => {
  const options = readOptions();
  const github = writeGithub(GITHUB_OPERATIONS);
  const compared: Compared[] = [];
  try {
    for (const set of [...contractSets, github.set]) compared.push(await compareOn(set, options));
  } finally {
    github.remove();
  }
  const all = (name: keyof Compared): readonly Result[] => compared.flatMap((one) => one[name].results);
  printTable("checkrein", all("ours"), print);
  printTable(
    "the plain errors of a strict Ajv sidecar (fastify, Ajv 2020, all errors, the same schemas)",
    all("ajv"),
    print,
  );
  printTable("express-openapi-validator (REST form, from the OpenAPI documents)", all("openApi"), print);
  printNotes(compared, print);
  if (options.showsCases) printCases(compared, print);
  const bars = barsOf(all("ours"));
  printEnd({ seed: options.seed, results: all("ours"), bars }, print);
  return bars.every(({ isMet }) => isMet);
};

if (import.meta.main) process.exitCode = (await main()) ? 0 : 1;
