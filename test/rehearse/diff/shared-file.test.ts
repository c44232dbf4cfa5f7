// Functions that use what a file beside their contract says: the same text may mean something else.
import { expect, it } from "vitest";
import { loadContracts } from "../../../src/contract/load/load.ts";
import { diffSets } from "../../../src/rehearse/diff/diff-sets.ts";
import { withInput } from "./change.ts";
import { writeContracts } from "../../support/contracts-folder.ts";

const contract = (use: string): string =>
  `import { MOST } from "./limits.ts";\n${withInput(`a: z.int().refine((n) => n < ${use})`)}`.replace(
    'import { orders } from "./backend.ts";',
    "",
  );

const changesBetween = async (use: string, limits: readonly [string, string]): Promise<readonly string[]> => {
  const [old, now] = await Promise.all(
    limits.map((text) =>
      loadContracts(
        writeContracts({ "tool.ts": contract(use), "limits.ts": text, "more.ts": "export const MORE = 1;" }),
      ),
    ),
  );
  if (old?.ok !== true || now?.ok !== true) throw new Error("the contracts do not load");
  return diffSets({ old: old.catalog, now: now.catalog }).map(({ change, message }) => `${change}: ${message}`);
};

it.each<[string, string, readonly [string, string], readonly string[]]>([
  ["that has not changed", "MOST", ["export const MOST = 5;", "export const MOST = 5;"], []],
  ["that has changed and is not used", "3", ["export const MOST = 5;", "export const MOST = 6;"], []],
  [
    "that has changed",
    "MOST",
    ["export const MOST = 5;", "export const MOST = 6;"],
    ["unclear: a check is the same and uses MOST, of files that have changed"],
  ],
  [
    "that now takes its value from another",
    "MOST",
    ["export const MOST = 5;", 'import { MORE } from "./more.ts"; export const MOST = 5 + MORE;'],
    ["unclear: a check is the same and uses MOST, of files that have changed"],
  ],
])("a check uses a file %s", async (_, use, limits, wanted) => {
  expect(await changesBetween(use, limits)).toEqual(wanted);
});
