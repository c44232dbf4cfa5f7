// What the types of `defineContract` say, said again at load: a mounted contract never meets the compiler. Compares an
// author's schema with the operation's as far as both can be read off; what cannot be decided passes here and is the
// backend's to judge.
import type { JsonValue } from "../../call.ts";
import { createSchemaCheck } from "../../schema/compile.ts";
import type { JsonSchema, SchemaObject } from "../../schema/schema.ts";
import type { ValueSource } from "../contract.ts";
import { ALL_TYPES, type WireType, readWireType } from "../wire-type.ts";
import type { Problem } from "./arguments.ts";

/** A member of the operation, and what the contract puts there. */
export interface Fitting {
  readonly name: string;
  readonly source: ValueSource;
  /** The operation's own schema. */
  readonly schema: JsonSchema;
}

export const checkFit = (input: SchemaObject, members: readonly Fitting[]): readonly Problem[] =>
  members.flatMap(({ name, source, schema }) => {
    if ("pinned" in source) return checkPin(name, source.pinned, schema);
    const authored = readWireType(memberOf(input, source.argument), input);
    return compare(source.argument, authored, readWireType(schema)).map((message) => ({
      place: `input.${source.argument}`,
      message,
      mend: "take what the operation's document takes, or correct the document",
    }));
  });

const memberOf = (input: SchemaObject, name: string): JsonSchema => {
  const properties = new Map<string, JsonSchema>(Object.entries(Object(input["properties"])));
  return properties.get(name) ?? true;
};

const checkPin = (name: string, pinned: JsonValue, schema: JsonSchema): readonly Problem[] =>
  createSchemaCheck(schema, { formats: "annotate" })
    .check(pinned)
    .map(({ path, message }) => ({
      place: `pin.${name}${path}`,
      message: `'${name}' ${message}`,
      mend: "pin a value that the operation takes",
    }));

const isUntyped = ({ types }: WireType): boolean => ALL_TYPES.every((type) => types.has(type));

const compare = (at: string, authored: WireType, wanted: WireType): readonly string[] => {
  if (isUntyped(authored) || isUntyped(wanted)) return [];
  const wrong = [...authored.types].filter((type) => !takesType(wanted, type));
  if (wrong.length > 0)
    return [`'${at}' must be ${[...wanted.types].join(" or ")}, the operation does not take ${wrong.join(" or ")}`];
  return [
    ...compareLiterals(at, authored, wanted),
    ...compareMembers(at, authored, wanted),
    ...compareItems(at, authored, wanted),
  ];
};

const takesType = ({ types }: WireType, type: string): boolean =>
  types.has(type) || (type === "integer" && types.has("number"));

const compareLiterals = (at: string, authored: WireType, wanted: WireType): readonly string[] => {
  if (wanted.literals.size === 0 || !wanted.onlyLiterals) return [];
  if (!authored.onlyLiterals)
    return [
      `'${at}' must be one of the operation's values, the operation does not take every ${[...authored.types].join(" or ")}`,
    ];
  return [...authored.literals.keys()]
    .filter((text) => !wanted.literals.has(text))
    .map((text) => `'${at}' may be '${text}', which the operation does not take`);
};

const compareMembers = (at: string, authored: WireType, wanted: WireType): readonly string[] => {
  if (authored.members.size === 0 || wanted.members.size === 0) return [];
  const found: string[] = [];
  for (const [name, member] of authored.members) {
    const other = wanted.members.get(name) ?? wanted.others;
    if (other !== undefined) found.push(...compare(`${at}.${name}`, member, other));
    else if (wanted.isClosed) found.push(`the operation has no member '${at}.${name}'`);
  }
  for (const name of wanted.required)
    if (!authored.members.has(name)) found.push(`the operation requires '${at}.${name}': add it to '${at}'`);
  return found;
};

const compareItems = (at: string, authored: WireType, wanted: WireType): readonly string[] =>
  authored.items === undefined || wanted.items === undefined ? [] : compare(`${at}[]`, authored.items, wanted.items);
