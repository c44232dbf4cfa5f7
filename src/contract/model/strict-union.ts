// Unions in strict mode: `anyOf` with nothing beside it. `oneOf` is the same only where no value fits two of its branches.
import { contradicts } from "../../schema/contradiction.ts";
import { isSchemaObject } from "../../schema/keywords.ts";
import type { JsonSchema, SchemaObject } from "../../schema/schema.ts";
import { type Parts, type Translating, typesOf } from "./translating.ts";

/** Each is held against each. */
const MOST_BRANCHES = 64;

export const translateUnion = (about: Translating, { judges, remarks }: Parts, at: string): SchemaObject => {
  const { anyOf, oneOf, type, ...beside } = judges;
  const keyword = anyOf === undefined ? "oneOf" : "anyOf";
  if (at === "") return about.fail(`/${keyword}`, "the root may not be a union");
  if (Object.keys(beside).length > 0 || (anyOf !== undefined && oneOf !== undefined))
    return about.fail(at, `it has keywords beside ${keyword}`);
  const listed: unknown = anyOf ?? oneOf;
  const branches = (Array.isArray(listed) ? listed : []).map((branch: JsonSchema) => withType(about, branch, type));
  if (branches.includes(undefined)) return about.fail(at, `it has a type beside ${keyword}`);
  if (keyword === "oneOf" && !areApart(about, branches)) return about.fail(`${at}/oneOf`, MAY_FIT_TWO);
  const translated = branches.flatMap((branch, index) =>
    branch === false ? [] : [about.translate(branch, `${at}/${keyword}/${index}`)],
  );
  return { ...remarks, anyOf: translated };
};

const MAY_FIT_TWO = "strict mode has no oneOf, and a value may fit two of its branches";

/** The branch with the type that stands beside the union; undefined where the two cannot be made one. */
const withType = (about: Translating, branch: JsonSchema, type: unknown): JsonSchema | undefined => {
  if (type === undefined || branch === false) return branch;
  const seen = isSchemaObject(branch) ? (about.target(branch) ?? branch) : branch;
  const own = isSchemaObject(seen) ? typesOf(seen) : [];
  const around = typesOf({ type });
  const isInside = (one: string): boolean => around.includes(one) || (one === "integer" && around.includes("number"));
  if (own.length > 0) return own.every(isInside) ? branch : undefined;
  const isPlain = isSchemaObject(branch) && !Object.hasOwn(branch, "$ref");
  return isPlain ? { ...branch, type } : undefined;
};

const areApart = (about: Translating, branches: readonly (JsonSchema | undefined)[]): boolean => {
  const seen = branches.map((branch) => (isSchemaObject(branch) ? (about.target(branch) ?? branch) : branch));
  if (seen.length > MOST_BRANCHES) return false;
  return seen.every((one, index) => seen.slice(index + 1).every((other) => excludeEachOther(about, one, other)));
};

const excludeEachOther = (about: Translating, one: JsonSchema | undefined, other: JsonSchema | undefined): boolean => {
  if (one === false || other === false) return true;
  if (!isSchemaObject(one) || !isSchemaObject(other)) return false;
  return contradicts([one, other]) !== undefined || haveExclusiveMember(about, one, other);
};

/** A member that one of them wants, and that no value can have in both. Where both are objects alone. */
const haveExclusiveMember = (about: Translating, one: SchemaObject, other: SchemaObject): boolean => {
  if (one["type"] !== "object" || other["type"] !== "object") return false;
  const required = [one["required"], other["required"]].flatMap((names) =>
    Array.isArray(names) ? names.map(String) : [],
  );
  return required.some((name) => {
    const members = [one, other].map(({ properties }) => {
      const member: unknown = Object.hasOwn(Object(properties), name) ? Object(properties)[name] : undefined;
      return isSchemaObject(member) ? (about.target(member) ?? member) : member;
    });
    return members.every(isSchemaObject) && contradicts(members.filter(isSchemaObject)) !== undefined;
  });
};
