// A document's schema made self-contained JSON Schema 2020-12, in one of five variants of the same location:
//   closed  inputs: members that nobody names are refused, here and below
//   open    inputs: a branch of a composite; the composite outside closes this location, only what is below closes itself
//   loose   inputs: nothing closes below, because two parts of a composite describe the same member
//   raw     under not, if, contains: as the document says; closing there would accept more, not less
//   output  answers: as the document says, without `writeOnly` members
import { type JsonObject, isJsonObject } from "../../call.ts";
import type { JsonSchema, SchemaObject, SchemaProblem } from "../../schema/schema.ts";
import { type Source, areDisjoint, declaresMembers, describesMemberTwice, markedMembers, partsOf } from "./parts.ts";
import { entriesOf, listOf, member, step } from "./reference.ts";
import { isAnything, typesOf, upgrade } from "./upgrade.ts";

export type Variant = "closed" | "open" | "loose" | "raw" | "output";

/** What conversion found beside the schema. */
export interface Findings {
  /** Names of the definitions that the schema refers to. */
  readonly references: Set<string>;
  readonly notices: Set<string>;
  readonly problems: SchemaProblem[];
  /** How often something was closed or hidden. */
  changes: number;
}

export const createFindings = (): Findings => ({ references: new Set(), notices: new Set(), problems: [], changes: 0 });

export interface Work {
  readonly source: Source;
  readonly findings: Findings;
  /** The name of the definition that stands for a reference; undefined when it cannot be followed (reported). */
  refer(work: Work, reference: unknown, place: Place): string | undefined;
}

export interface Place {
  readonly pointer: string;
  readonly variant: Variant;
  /** Members that do not exist in this mode, as the whole composite says: no part may require them. */
  readonly hidden?: ReadonlySet<string>;
}

const NO_NAMES: ReadonlySet<string> = new Set();
const UNSUPPORTED = ["$id", "$dynamicRef", "$recursiveRef"] as const;
const BESIDE_REFERENCE: ReadonlySet<string> = new Set([
  "$ref",
  "title",
  "description",
  "default",
  "deprecated",
  "examples",
  "readOnly",
  "writeOnly",
  "x-secret",
]);

export const convert = (work: Work, schema: unknown, place: Place): JsonSchema => {
  if (typeof schema === "boolean") return schema;
  if (!isJsonObject(schema)) return fail(work, place, "must be a schema", "write an object, true or false");
  for (const name of UNSUPPORTED) {
    if (Object.hasOwn(schema, name))
      fail(work, place, `has ${name}, which is not supported`, "write the reference as #/components/schemas/…");
  }
  const own = upgrade(schema, work.source.version);
  const plan = planFor(work, own, place);
  const also: JsonSchema[] = [];
  const entries = Object.entries(own).flatMap(([name, value]) =>
    convertKeyword(work, { name, value, plan, place, also }),
  );
  if (also.length > 0) entries.push(["allOf", [...listOf(entries.find(([name]) => name === "allOf")?.[1]), ...also]]);
  return Object.freeze(Object.fromEntries([...entries, ...closing(work, own, plan, place)]));
};

const fail = (work: Work, place: Place, message: string, mend: string): false => {
  work.findings.problems.push({ pointer: place.pointer, message, mend });
  return false;
};

/** How the parts of one location are converted. */
interface Plan {
  readonly parts: readonly JsonObject[];
  readonly hidden: ReadonlySet<string>;
  /** Variant of schemas that judge the same instance. */
  readonly inPlace: Variant;
  /** Variant of schemas that judge a member or item. */
  readonly below: Variant;
  /** The closing is left to the branches, or to what a bare reference names. */
  readonly delegated: boolean;
}

const planFor = (work: Work, own: JsonObject, { variant, hidden = NO_NAMES }: Place): Plan => {
  const { source } = work;
  if (variant === "raw") return { parts: [], hidden: NO_NAMES, inPlace: "raw", below: "raw", delegated: false };
  const parts = partsOf(source, own);
  const marked = markedMembers(source, parts, variant === "output" ? "writeOnly" : "readOnly");
  const names = hidden.size === 0 ? marked : new Set([...marked, ...hidden]);
  if (variant === "output" || variant === "loose")
    return { parts, hidden: names, inPlace: variant, below: variant, delegated: false };
  if (describesMemberTwice(source, own))
    return { parts, hidden: names, inPlace: "loose", below: "loose", delegated: false };
  const delegated = variant === "closed" && (isBareReference(own) || isDisjointChoice(source, own));
  return { parts, hidden: names, inPlace: delegated ? "closed" : "open", below: "closed", delegated };
};

const isBareReference = (own: JsonObject): boolean =>
  Object.hasOwn(own, "$ref") && Object.keys(own).every((name) => BESIDE_REFERENCE.has(name));

/** One anyOf or oneOf whose branches exclude each other, beside nothing that names members: each branch closes itself. */
export const isDisjointChoice = (source: Source, own: JsonObject): boolean => {
  const choices = ["anyOf", "oneOf"].filter((name) => Object.hasOwn(own, name));
  const others = [
    "$ref",
    "allOf",
    "if",
    "then",
    "else",
    "dependentSchemas",
    "additionalProperties",
    "unevaluatedProperties",
  ];
  if (choices.length !== 1 || declaresMembers(own) || others.some((name) => Object.hasOwn(own, name))) return false;
  return areDisjoint(source, listOf(own[choices[0] ?? ""]));
};

interface Keyword {
  readonly name: string;
  readonly value: unknown;
  readonly plan: Plan;
  readonly place: Place;
  /** Schemas that have to hold beside this one. */
  readonly also: JsonSchema[];
}

type Entries = [string, unknown][];

const convertKeyword = (work: Work, keyword: Keyword): Entries => {
  const { name, value, plan, place } = keyword;
  const at = step(place.pointer, name);
  const inPlace = { variant: plan.inPlace, hidden: plan.hidden };
  switch (name) {
    case "properties":
      return [[name, convertMembers(work, keyword)]];
    case "patternProperties":
      return [[name, convertMap(work, value, { pointer: at, variant: plan.below })]];
    case "dependentSchemas":
      return [[name, convertMap(work, value, { pointer: at, ...inPlace })]];
    case "additionalProperties":
    case "unevaluatedProperties":
      return [
        [
          name,
          (isAnything(value) && !hasOwnSecret(value)) || convert(work, value, { pointer: at, variant: plan.below }),
        ],
      ];
    case "items":
    case "unevaluatedItems":
      return [[name, convert(work, value, { pointer: at, variant: plan.below })]];
    case "prefixItems":
      return [[name, convertList(work, value, { pointer: at, variant: plan.below })]];
    case "allOf":
    case "anyOf":
      return [[name, convertList(work, value, { pointer: at, ...inPlace })]];
    case "oneOf":
      return [[name, convertOneOf(work, keyword)]];
    case "then":
    case "else":
      return [[name, convert(work, value, { pointer: at, ...inPlace })]];
    case "not":
    case "if":
    case "contains":
    case "propertyNames":
      return [[name, convert(work, value, { pointer: at, variant: "raw" })]];
    case "$ref":
      return referTo(work, keyword);
    case "required":
      return [[name, listOf(value).filter((member) => typeof member !== "string" || !plan.hidden.has(member))]];
    case "readOnly":
    case "writeOnly":
      return [];
    default:
      return [[name, value]];
  }
};

const hasOwnSecret = (schema: unknown): boolean => member(schema, "x-secret") === true;

const convertList = (work: Work, value: unknown, place: Place): readonly JsonSchema[] =>
  listOf(value).map((schema, index) => convert(work, schema, { ...place, pointer: step(place.pointer, index) }));

const convertMap = (work: Work, value: unknown, place: Place): SchemaObject =>
  Object.fromEntries(
    entriesOf(value).map(([name, schema]) => [
      name,
      convert(work, schema, { ...place, pointer: step(place.pointer, name) }),
    ]),
  );

/** A hidden member is `false` in inputs, so that nothing else lets it in; answers lose it by projection. */
const convertMembers = (work: Work, { value, plan, place }: Keyword): SchemaObject => {
  const convertMember = ([name, schema]: readonly [string, unknown]): Entries => {
    if (!plan.hidden.has(name))
      return [[name, convert(work, schema, { pointer: step(place.pointer, "properties", name), variant: plan.below })]];
    work.findings.changes += 1;
    return place.variant === "output" ? [] : [[name, false]];
  };
  return Object.fromEntries(entriesOf(value).flatMap(convertMember));
};

/**
 * Closing inside a branch can turn two matches into one, and one is what oneOf asks for: then the branches as the
 * document has them are counted, and a closed one has to match beside.
 */
const convertOneOf = (work: Work, { value, plan, place, also }: Keyword): readonly JsonSchema[] => {
  const pointer = step(place.pointer, "oneOf");
  const before = work.findings.changes;
  const branches = convertList(work, value, { pointer, variant: plan.inPlace, hidden: plan.hidden });
  const changes = plan.inPlace === "open" || plan.inPlace === "loose" ? work.findings.changes - before : 0;
  if (changes === 0 || areDisjoint(work.source, listOf(value))) return branches;
  also.push({ anyOf: branches });
  return convertList(work, value, { pointer, variant: "raw" });
};

const referTo = (work: Work, { value, plan, place }: Keyword): Entries => {
  const name = work.refer(work, value, { pointer: step(place.pointer, "$ref"), variant: plan.inPlace });
  return [name === undefined ? ["not", {}] : ["$ref", `#/$defs/${name}`]];
};

/** The keyword that closes this location, when it is the one to do so. */
const closing = (work: Work, own: JsonObject, { parts, delegated }: Plan, { pointer, variant }: Place): Entries => {
  if (variant === "raw" || variant === "output") return [];
  for (const name of ["additionalProperties", "unevaluatedProperties"]) {
    if (isAnything(own[name])) work.findings.notices.add(`${pointer} takes members that the document does not name`);
  }
  if (
    variant !== "closed" ||
    delegated ||
    Object.hasOwn(own, "additionalProperties") ||
    Object.hasOwn(own, "unevaluatedProperties")
  )
    return [];
  const [, ...others] = parts;
  if (!parts.some(declaresMembers)) {
    const isFree = parts.some((part) => typesOf(part)?.includes("object")) || isAnything(own);
    if (isFree) work.findings.notices.add(`${pointer} takes any member: the document does not say which`);
    return [];
  }
  work.findings.changes += 1;
  return [[others.some(declaresMembers) ? "unevaluatedProperties" : "additionalProperties", false]];
};
