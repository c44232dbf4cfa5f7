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
interface Fitting {
  readonly name: string;
  readonly source: ValueSource;
  /** The operation's own schema. */
  readonly schema: JsonSchema;
}

type Noun = "operation" | "tool";

export const checkFit = (
  input: SchemaObject,
  members: readonly Fitting[],
  noun: Noun = "operation",
): readonly Problem[] =>
  members.flatMap(({ name, source, schema }) => {
    if ("pinned" in source) return checkPin(name, source.pinned, schema, noun);
    const authored = readWireType(memberOf(input, source.argument), input);
    return compare(source.argument, authored, readWireType(schema)).map((message) => ({
      place: `input.${source.argument}`,
      message: message(noun),
      mend: MENDS[noun],
    }));
  });

const MENDS: Readonly<Record<Noun, string>> = {
  operation: "take what the operation's document takes, or correct the document",
  tool: "take what the server's tool takes: checkrein.lock has its inputSchema",
};

const memberOf = (input: SchemaObject, name: string): JsonSchema => {
  const properties = new Map<string, JsonSchema>(Object.entries(Object(input["properties"])));
  return properties.get(name) ?? true;
};

const checkPin = (name: string, pinned: JsonValue, schema: JsonSchema, noun: Noun): readonly Problem[] =>
  createSchemaCheck(schema, { formats: "annotate" })
    .check(pinned)
    .map(({ path, message }) => ({
      place: `pin.${name}${path}`,
      message: `'${name}' ${message}`,
      mend: `pin a value that the ${noun} takes`,
    }));

const isUntyped = ({ types }: WireType): boolean => ALL_TYPES.every((type) => types.has(type));

/** A message, but for what it is about. */
type Said = (noun: Noun) => string;

const compare = (at: string, authored: WireType, wanted: WireType): readonly Said[] => {
  if (isUntyped(authored) || isUntyped(wanted)) return [];
  const wrong = [...authored.types].filter((type) => !takesType(wanted, type));
  if (wrong.length > 0)
    return [
      (noun) => `'${at}' must be ${[...wanted.types].join(" or ")}, the ${noun} does not take ${wrong.join(" or ")}`,
    ];
  return [
    ...compareLiterals(at, authored, wanted),
    ...compareMembers(at, authored, wanted),
    ...compareItems(at, authored, wanted),
  ];
};

const takesType = ({ types }: WireType, type: string): boolean =>
  types.has(type) || (type === "integer" && types.has("number"));

const compareLiterals = (at: string, authored: WireType, wanted: WireType): readonly Said[] => {
  if (wanted.literals.size === 0 || !wanted.onlyLiterals) return [];
  if (!authored.onlyLiterals)
    return [
      (noun) =>
        `'${at}' must be one of the ${noun}'s values, the ${noun} does not take every ${[...authored.types].join(" or ")}`,
    ];
  return [...authored.literals.keys()]
    .filter((text) => !wanted.literals.has(text))
    .map((text) => (noun) => `'${at}' may be '${text}', which the ${noun} does not take`);
};

const compareMembers = (at: string, authored: WireType, wanted: WireType): readonly Said[] => {
  if (authored.members.size === 0 || wanted.members.size === 0) return [];
  const found: Said[] = [];
  for (const [name, member] of authored.members) {
    const other = wanted.members.get(name) ?? wanted.others;
    if (other !== undefined) found.push(...compare(`${at}.${name}`, member, other));
    else if (wanted.isClosed) found.push((noun) => `the ${noun} has no member '${at}.${name}'`);
  }
  for (const name of wanted.required)
    if (!authored.members.has(name)) found.push((noun) => `the ${noun} requires '${at}.${name}': add it to '${at}'`);
  return found;
};

const compareItems = (at: string, authored: WireType, wanted: WireType): readonly Said[] =>
  authored.items === undefined || wanted.items === undefined ? [] : compare(`${at}[]`, authored.items, wanted.items);
