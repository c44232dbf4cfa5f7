// Two versions of a contract: what each change comes to, in both directions.
import { describe, expect, it } from "vitest";
import type { Catalog } from "../../../src/contract/contract.ts";
import { loadContracts } from "../../../src/contract/load/load.ts";
import { diffSets } from "../../../src/rehearse/diff/diff-sets.ts";
import { writeContracts } from "../../support/contracts-folder.ts";
import { CALL_CHANGES } from "./call-changes.ts";
import { filesOf } from "./change.ts";
import { INPUT_CHANGES } from "./input-changes.ts";
import { RULE_CHANGES } from "./rule-changes.ts";

const load = async (files: Readonly<Record<string, string>>): Promise<Catalog> => {
  const loaded = await loadContracts(writeContracts(files));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems, undefined, 2));
  return loaded.catalog;
};

const findingsOf = (old: Catalog, now: Catalog): readonly string[] =>
  diffSets({ old, now }).map(({ tool, change, place }) => `${tool === "tool" ? "" : `${tool}: `}${change} ${place}`);

describe.each([
  ["inputs", INPUT_CHANGES],
  ["rules", RULE_CHANGES],
  ["calls and answers", CALL_CHANGES],
] as const)("a change of %s", (_, changes) => {
  it.each(changes)("is told: $what", async ({ old, now, forward, backward }) => {
    const [before, after] = [await load(filesOf(old)), await load(filesOf(now))];
    expect({ forward: findingsOf(before, after), backward: findingsOf(after, before) }).toEqual({ forward, backward });
  });
});
