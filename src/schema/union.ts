// Of a union that fails, the branch that was meant: the one its discriminating member names, else the one that fits best.
import { nameOf, parentOf } from "../json/pointer.ts";
import { onlyNear } from "../slip.ts";
import type { Issue } from "../refusal.ts";
import type { Evaluator } from "./evaluator.ts";
import { isSchemaObject } from "./keywords.ts";
import { spread } from "./location.ts";
import { showValue } from "./message.ts";
import type { JsonSchema } from "./schema.ts";

type Choice =
  | { readonly issues: readonly Issue[]; readonly isTied?: boolean }
  | { readonly member: string; readonly message: string; readonly values: { readonly enum: readonly unknown[] } }
  | { readonly member: undefined; readonly message: string; readonly values: Readonly<Record<string, unknown>> };

type Constants = ReadonlyMap<string, readonly unknown[]>;

/** The members whose value a branch fixes, with the values it takes. */
const constantsOf = (branch: JsonSchema, evaluator: Evaluator): Constants => {
  const constants = new Map<string, readonly unknown[]>();
  for (const schema of spread([branch], evaluator.target))
    for (const [name, member] of Object.entries(isSchemaObject(schema["properties"]) ? schema["properties"] : {}))
      for (const judge of spread(isSchemaObject(member) ? [member] : [], evaluator.target)) {
        if (Object.hasOwn(judge, "const")) constants.set(name, [judge["const"]]);
        else if (Array.isArray(judge["enum"])) constants.set(name, judge["enum"]);
      }
  return constants;
};

const isMember = (value: unknown, name: string): boolean => isSchemaObject(value) && Object.hasOwn(value, name);

/** A member that every branch fixes to values of its own. */
const findDiscriminator = (tables: readonly Constants[]): string | undefined =>
  [...(tables[0]?.keys() ?? [])].find((name) => {
    const values = tables.flatMap((table) => table.get(name) ?? []);
    return tables.every((table) => table.has(name)) && new Set(values.map(showValue)).size === values.length;
  });

const isAboutItself = (issues: readonly Issue[], path: string): boolean =>
  issues.length > 0 && issues.every((issue) => issue.path === path && ["type", "const", "enum"].includes(issue.code));

const merge = (all: readonly (readonly Issue[])[]): Choice => {
  const fragments = all.flatMap((issues) =>
    issues.flatMap((issue) => (issue.accepts === undefined ? [] : [issue.accepts])),
  );
  const texts = [
    ...new Set(
      all.map((issues) => (issues[0]?.message ?? "").replace(/^must be (?:one of )?/, "").replace(/, got .*$/su, "")),
    ),
  ];
  return {
    member: undefined,
    message: `must be ${texts.join(" or ")}`,
    values: { anyOf: fragments },
  };
};

const depthOf = (issues: readonly Issue[]): number => Math.max(...issues.map((issue) => issue.path.split("/").length));

/** Whether a member is only misspelt: it says which branch was meant. */
const isSlip = ({ code, path, accepts }: Issue): boolean => {
  const names: unknown = code === "unknown" ? accepts?.["properties"] : undefined;
  return Array.isArray(names) && onlyNear(nameOf(path), names.map(String)) !== undefined;
};

/** Issues of an object itself that are looked at. */
const MOST_LOOKED_AT = 20;

interface Fit {
  readonly issues: readonly Issue[];
  /** Members of this very object that the branch does not know or does not find. A slip is both at once, and neither. */
  readonly misfits: number;
  readonly depth: number;
}

const fitOf = (issues: readonly Issue[], path: string): Fit => {
  const own = issues.filter((issue) => ["unknown", "required"].includes(issue.code) && parentOf(issue.path) === path);
  const slips = own.slice(0, MOST_LOOKED_AT).filter(isSlip);
  return { issues, misfits: own.length - 2 * slips.length, depth: depthOf(issues) };
};

/** The branch whose members are there, then the one with the fewest mistakes, then the deepest place. */
const compareFits = (left: Fit, right: Fit): number =>
  left.misfits - right.misfits || left.issues.length - right.issues.length || right.depth - left.depth;

/** `isTied`: another branch fits as well. */
const bestOf = (all: readonly (readonly Issue[])[], path: string): Choice => {
  const [best, second] = all.map((issues) => fitOf(issues, path)).toSorted(compareFits);
  if (best === undefined) return { issues: [] };
  return { issues: best.issues, isTied: second !== undefined && compareFits(best, second) === 0 };
};

/** `explain` gives the issues of one branch; all branches are known to refuse the value. */
export const chooseBranch = (
  branches: readonly JsonSchema[],
  value: unknown,
  evaluator: Evaluator,
  explain: (branch: JsonSchema) => readonly Issue[],
  path: string,
): Choice => {
  const tables = branches.map((branch) => constantsOf(branch, evaluator));
  const objects = isSchemaObject(value) ? [...branches.keys()].filter((index) => (tables[index]?.size ?? 0) > 0) : [];
  const discriminator = findDiscriminator(objects.flatMap((index) => tables[index] ?? []));
  if (discriminator !== undefined && objects.length > 1) {
    // `isMember` above: an own member of an object.
    const given = isMember(value, discriminator) ? (value as Record<string, unknown>)[discriminator] : undefined;
    const meant = objects.find((index) => tables[index]?.get(discriminator)?.includes(given));
    if (meant !== undefined) return { issues: explain(branches[meant] ?? false) };
    const values = objects.flatMap((index) => tables[index]?.get(discriminator) ?? []);
    return {
      member: discriminator,
      message: `must be one of ${values.map(showValue).join(", ")}`,
      values: { enum: values },
    };
  }
  const all = branches.map(explain).filter((issues) => issues.length > 0);
  if (all.every((issues) => isAboutItself(issues, path))) return merge(all);
  const fitting = all.filter((issues) => !isAboutItself(issues, path));
  return bestOf(fitting, path);
};
