// The schema of a tool's arguments with a run's restrictions in it: what agents of the run are shown. It accepts nothing that
// the contract does not: restrictions touch only arguments that the schema names, and only make them narrower.
import { type ArgumentRestriction, type Grant, isJsonObject, memberOf } from "../../call.ts";
import { isSchema } from "../../schema/keywords.ts";
import type { JsonSchema, SchemaObject } from "../../schema/schema.ts";
import { keepReachable } from "../definitions.ts";
import { andRestriction, withPinAsConst } from "./restriction.ts";

/** By argument, all that the grants say about it. */
export type Restrictions = ReadonlyMap<string, readonly ArgumentRestriction[]>;

/** Undefined when no grant restricts an argument of the tool. */
export const restrictionsOf = (grants: readonly Grant[], tool: string): Restrictions | undefined => {
  let found: Map<string, ArgumentRestriction[]> | undefined;
  for (const { arguments: restricted } of grants) {
    if (restricted === undefined || !Object.hasOwn(restricted, tool)) continue;
    found ??= new Map();
    for (const [name, restriction] of Object.entries(restricted[tool] ?? {})) {
      const known = found.get(name);
      if (known === undefined) found.set(name, [restriction]);
      else known.push(restriction);
    }
  }
  return found;
};

/** Whether they leave the argument to the sidecar. */
export const isPinned = (restrictions: readonly ArgumentRestriction[] | undefined): boolean =>
  restrictions?.some(({ pin }) => pin !== undefined) === true;

/** The schema of an argument; undefined when the tool's schema does not name it. */
export const argumentSchema = ({ properties }: SchemaObject, name: string): JsonSchema | undefined => {
  const own: unknown = isJsonObject(properties) ? memberOf(properties, name) : undefined;
  return isSchema(own) && own !== false ? own : undefined;
};

/** The names of the arguments that a grant can speak of. */
export const argumentNames = (input: SchemaObject): readonly string[] =>
  Object.keys(Object(input["properties"])).filter((name) => argumentSchema(input, name) !== undefined);

export const narrowArgument = (own: JsonSchema, restrictions: readonly ArgumentRestriction[]): JsonSchema =>
  restrictions.reduce(andRestriction, own);

/** `pins`: pinned arguments are taken out, as agents see it, or have their value, as load looks for contradictions. */
export const narrowInput = (input: SchemaObject, restrictions: Restrictions, pins: "hide" | "show"): SchemaObject => {
  const members = new Map<string, JsonSchema>();
  const hidden = new Set<string>();
  const required = new Set<string>();
  for (const [name, all] of restrictions) {
    const own = argumentSchema(input, name);
    const isHidden = pins === "hide" && own !== undefined && isPinned(all);
    (isHidden ? hidden : required).add(name);
    // An argument that the contract does not have (any more) leaves no call at all.
    members.set(name, isHidden || own === undefined ? false : narrowArgument(own, all.flatMap(withPinAsConst)));
  }
  // What the author noted of the whole may show what is not left.
  const { examples: _examples, default: _default, ...own } = input;
  return canBeRewritten(input)
    ? withoutUnused(rewrite(own, { members, hidden, required }))
    : surround(own, { members, hidden, required });
};

const withoutUnused = (input: SchemaObject): SchemaObject => {
  let left = input;
  for (const keyword of ["$defs", "definitions"]) {
    const { [keyword]: all, ...rest } = left;
    const kept = isJsonObject(all) ? keepReachable(all, rest, `/${keyword}`) : {};
    left = Object.keys(kept).length === 0 ? rest : { ...rest, [keyword]: kept };
  }
  return left;
};

interface Narrowing {
  readonly members: ReadonlyMap<string, JsonSchema>;
  readonly hidden: ReadonlySet<string>;
  readonly required: ReadonlySet<string>;
}

const rewrite = (input: SchemaObject, { members, hidden, required }: Narrowing): SchemaObject => {
  const isClosed = input["additionalProperties"] === false;
  const properties = new Map(Object.entries(Object(input["properties"])));
  for (const [name, schema] of members) {
    // Where other members are taken, a hidden one has to stay refused.
    if (hidden.has(name) && isClosed) properties.delete(name);
    else properties.set(name, schema);
  }
  const own = requiredOf(input).filter((name) => !hidden.has(name) && !required.has(name));
  return { ...input, properties: Object.fromEntries(properties), required: [...own, ...required] };
};

const requiredOf = ({ required }: SchemaObject): readonly string[] =>
  Array.isArray(required) ? required.map(String) : [];

/**
 * The schema itself stays whole, as a document of its own, so that what refers to its root means the same as before. Its name
 * is relative: a document may hold many such schemas.
 */
const surround = (input: SchemaObject, { members, hidden, required }: Narrowing): SchemaObject => {
  const whole = {
    $id: "contract",
    ...input,
    required: requiredOf(input).filter((name) => !hidden.has(name)),
  };
  return { type: "object", properties: Object.fromEntries(members), required: [...required], allOf: [whole] };
};

const rewritable = new WeakMap<SchemaObject, boolean>();

/** Whether nothing in it refers to the outermost object or its members. */
export const canBeRewritten = (input: SchemaObject): boolean => {
  const known = rewritable.get(input);
  if (known !== undefined) return known;
  const verdict = refersToDefinitionsOnly(input);
  rewritable.set(input, verdict);
  return verdict;
};

/** A member of these names that is no keyword makes it `false`, which is never wrong. */
const refersToDefinitionsOnly = (value: unknown): boolean => {
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([name, member]) => {
    if (name === "$ref") return typeof member === "string" && /^#\/(?:\$defs|definitions)\//.test(member);
    return name !== "$id" && name !== "$anchor" && refersToDefinitionsOnly(member);
  });
};
