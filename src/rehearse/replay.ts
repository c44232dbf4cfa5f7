// Recorded calls, judged once more by the walk of a call, against contracts as they are now: in the order in which they came and
// ended, at the times at which they were made. What took place leaves its evidence, whatever the contracts say of it now: each
// call is judged in the world that was.
import type { Catalog } from "../contract/contract.ts";
import { verdictCodes } from "../refusal.ts";
import { type Comparison, compare } from "./compare.ts";
import type { Recorded, Recording } from "./recording.ts";
import { type Judged, openStage, tookPlace } from "./stage.ts";

export interface Replayed extends Recorded {
  /** Undefined for what is not about contracts: trouble of the sidecar, a further round of a call. */
  readonly judged?: Judged;
  readonly comparison: Comparison | { readonly kind: "left out" };
}

/** One after the other. */
export async function* replay(catalog: Catalog, recording: Recording): AsyncGenerator<Replayed, void, undefined> {
  const stage = openStage(catalog, recording);
  const damaged = new Set<string>();
  try {
    for (const one of recording.items()) {
      if (one.kind === "start") await stage.start(one);
      else if (!isJudged(one)) yield { ...one, comparison: { kind: "left out" } };
      else {
        const judged = await stage.play(one);
        const isRunWhole = !damaged.has(one.call.run.id);
        const isSameContract = catalog.find(one.call.tool)?.digest.startsWith(one.record.contract ?? "-") === true;
        const known = { isWhole: recording.isWhole && one.isKnown, isRunWhole, isSameContract, isAlone: one.isAlone };
        yield { ...one, judged, comparison: compare(one.record, judged, known) };
        if (!isWhole(one)) damaged.add(one.call.run.id);
      }
    }
  } finally {
    await stage.close();
  }
}

/** What contracts, rules, grants and earlier attempts decide. */
const JUDGED: ReadonlySet<string> = new Set([...verdictCodes, "unknown_tool", "stopped"]);

const isJudged = ({ record }: Recorded): boolean => {
  if (record.continues !== undefined || record.played !== undefined) return false;
  return record.decision === "allow" || (record.code !== undefined && JUDGED.has(record.code));
};

/** Later calls of the run can be judged by it. */
const isWhole = ({ record }: Recorded): boolean => {
  const { cut, hidden, result, code, outcome } = record;
  if (!tookPlace(record)) return true;
  const hasEnd = result !== undefined || outcome !== undefined || (code !== undefined && record.observed !== true);
  return cut === undefined && hidden === undefined && (hasEnd || record.ingress === "check");
};
