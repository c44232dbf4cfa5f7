// An agent that applies fixes as RFC 6902 has it, with a library that is not ours.
import { applyPatch } from "rfc6902";
import type { Operation } from "rfc6902/diff.js";
import type { Issue } from "../../src/refusal.ts";

/** In the order of the issues. The library takes no patch of the whole document, so that it stands inside of another. */
export const applyFixes = (value: unknown, issues: readonly Pick<Issue, "fix">[]): unknown => {
  const held = { held: JSON.parse(JSON.stringify(value)) as unknown }; // as it was sent: no two places are one object
  const steps = structuredClone(issues.flatMap(({ fix = [] }) => fix)).map((operation) =>
    inside(operation as Operation),
  );
  const failures = applyPatch(held, steps).filter((failure) => failure !== null);
  if (failures.length > 0) throw new Error(`a fix cannot be applied: ${failures.join(", ")}`);
  return held.held;
};

const inside = (operation: Operation): Operation => ({
  ...operation,
  path: `/held${operation.path}`,
  ...("from" in operation ? { from: `/held${operation.from}` } : {}),
});
