// One restriction of an argument, as an operator or an author wrote it: its form, and whether values are left that the
// tool takes. A restriction that was not understood would be none.
import { type ArgumentRestriction, type JsonObject, type JsonValue, isJsonObject, memberOf } from "../../call.ts";
import { createSchemaCheck } from "../../schema/compile.ts";
import { findContradictions } from "../../schema/satisfiable.ts";
import type { SchemaObject } from "../../schema/schema.ts";
import type { Contract } from "../contract.ts";
import { escapePointer } from "../../json/pointer.ts";
import { type GrantReport, checkMembers } from "./grant-report.ts";
import { argumentSchema, canBeRewritten, narrowInput } from "./narrow-input.ts";
import { BOUNDS } from "./restriction.ts";

const MEMBERS = ["const", "enum", "pin", ...BOUNDS] as const;

/** The restriction, or undefined with at least one report. */
export const readRestriction = (
  contract: Contract,
  name: string,
  written: unknown,
  report: GrantReport,
): ArgumentRestriction | undefined => {
  let isGood = true;
  const bad: GrantReport = (path, message, mend) => {
    isGood = false;
    report(path, message, mend);
  };
  if (!isJsonObject(written)) return void report([], "is not a restriction", 'write { "maximum": 100 }');
  checkMembers(written, MEMBERS, "a restriction", bad);
  checkForm(written, bad);
  if (isGood) checkValues(contract, name, written, bad);
  // Its members have the types of ArgumentRestriction: the checks above have looked at each.
  return isGood ? (written as unknown as ArgumentRestriction) : undefined;
};

const checkForm = (written: JsonObject, report: GrantReport): void => {
  const { enum: list, pin } = written;
  if (list !== undefined && (!Array.isArray(list) || list.length === 0))
    report(["enum"], "is not a list of values", 'write "enum": ["a", "b"]');
  if (pin !== undefined && !isPin(pin))
    report(["pin"], "is neither a value nor a claim", 'write "pin": { "value": … } or "pin": { "claim": "tenant" }');
  for (const name of BOUNDS) {
    const bound = written[name];
    const isCount = name.endsWith("Length") || name.endsWith("Items");
    if (bound === undefined || (isCount ? Number.isSafeInteger(bound) && Number(bound) >= 0 : Number.isFinite(bound)))
      continue;
    report([name], isCount ? "is not a whole number of 0 or more" : "is not a number", "correct it");
  }
};

const isPin = (pin: JsonValue): boolean => {
  if (!isJsonObject(pin) || Object.keys(pin).length !== 1) return false;
  return Object.hasOwn(pin, "value") || (typeof pin["claim"] === "string" && pin["claim"] !== "");
};

/** Listed values that the tool does not take are slips: nobody means to allow what cannot be. */
const checkValues = (contract: Contract, name: string, written: JsonObject, report: GrantReport): void => {
  const { const: only, enum: list, pin } = written;
  const fits = (value: JsonValue): boolean => whyNotArgument(contract, name, value) === undefined;
  const mend = "use a value that the tool takes";
  if (only !== undefined && !fits(only)) report(["const"], `${name} ${whyNotArgument(contract, name, only)}`, mend);
  for (const [index, value] of (Array.isArray(list) ? list : []).entries())
    if (!fits(value)) report(["enum", String(index)], `${name} ${whyNotArgument(contract, name, value)}`, mend);
  if (pin === undefined || !isJsonObject(pin)) return;
  const value = memberOf(pin, "value");
  if (value !== undefined && !fits(value))
    report(["pin", "value"], `${name} ${whyNotArgument(contract, name, value)}`, mend);
  const inTheWay = whatKeepsArgument(contract);
  if (inTheWay !== undefined)
    report(["pin"], `the tool's schema has ${inTheWay}: no argument can be taken out of it`, "use const");
};

/** What refers to the root wants the argument there as it is, and lists would show it. */
const whatKeepsArgument = ({ inputSchema }: Contract): string | undefined =>
  canBeRewritten(inputSchema)
    ? ABOUT_ALL.find((keyword) => Object.hasOwn(inputSchema, keyword))
    : "references to itself";

/** Beside these a member cannot be taken away without a change of what the others say. */
const ABOUT_ALL = (
  "$ref $id allOf anyOf oneOf not if dependentSchemas dependentRequired patternProperties propertyNames minProperties " +
  "maxProperties unevaluatedProperties const enum"
).split(" ");

type Check = ReturnType<typeof createSchemaCheck>;
const checks = new WeakMap<SchemaObject, Check>();

/** Why the tool does not take this value there; undefined when it does, as far as the argument alone decides. */
export const whyNotArgument = ({ inputSchema }: Contract, name: string, value: JsonValue): string | undefined => {
  const known = checks.get(inputSchema);
  const check = known ?? createSchemaCheck({ ...inputSchema, required: [] }, { formats: "annotate" });
  if (known === undefined) checks.set(inputSchema, check);
  const path = `/${escapePointer(name)}`;
  const issues = check.check(Object.fromEntries([[name, value]]));
  return issues.find((issue) => issue.path === path || issue.path.startsWith(`${path}/`))?.message;
};

/** Tells which arguments have no value left. `restrictions`: all that hold for the tool. */
export const checkSatisfiable = (
  { inputSchema }: Contract,
  restrictions: ReadonlyMap<string, readonly ArgumentRestriction[]>,
  report: (name: string, message: string) => void,
): void => {
  const input = { ...inputSchema, required: [] };
  // What the tool's own schema says of itself is no slip of the grant.
  const before = new Set(findContradictions(input).map(({ pointer }) => pointer));
  for (const [name, all] of restrictions) {
    if (argumentSchema(input, name) === undefined) continue;
    const narrowed = narrowInput(input, new Map([[name, all]]), "show");
    const problem = findContradictions(narrowed).find(({ pointer }) => !before.has(pointer));
    if (problem !== undefined) report(name, `no value is left for it. ${problem.message}`);
  }
};
