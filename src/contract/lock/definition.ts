// What a tool's definition is known by, and how two of them differ, for the operator who has to judge a change. The new
// text is a stranger's: the work and the length of what is shown are bounded, and nothing of it is hidden.
import { createHash } from "node:crypto";
import type { JsonValue } from "../../call.ts";
import { canonicalJson } from "../../json/canonical.ts";
import { cut } from "../../json/json-scalar.ts";
import { escapePointer } from "../../json/pointer.ts";
import type { ToolDefinition } from "../contract.ts";
import { describeTexts } from "./words.ts";
import { hiddenLetters, visible } from "./visible.ts";

/** SHA-256 of name, description and schemas, hex. Absent is not the same as empty. */
export const hashOf = ({ name, description, inputSchema, outputSchema }: ToolDefinition): string =>
  createHash("sha256").update(canonicalJson({ name, description, inputSchema, outputSchema })).digest("hex");

/** The hidden letters in all its texts, names of members among them, written out. */
export const hiddenIn = ({ name, description, inputSchema, outputSchema }: ToolDefinition): readonly string[] =>
  hiddenLetters(textsOf([name, description ?? null, inputSchema, outputSchema ?? null]).join(""));

const textsOf = (value: JsonValue): readonly string[] => {
  if (typeof value === "string") return [`${value} `]; // no emoji out of the ends of two texts
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  return Object.entries(value).flatMap(([name, member]) => [`${name} `, ...textsOf(member)]);
};

const MOST_LINES = 40;

/** Every change on a line of its own, words between `[-` and `-]` are gone, between `{+` and `+}` new. Empty: the same. */
export const describeDifference = (locked: ToolDefinition, found: ToolDefinition | undefined): string => {
  if (found === undefined) return "the server has no such tool any more";
  const lines: string[] = [];
  if (locked.name !== found.name) lines.push(...describeTexts("name", locked.name, found.name));
  compare(lines, "description", locked.description, found.description);
  compare(lines, "inputSchema", locked.inputSchema, found.inputSchema);
  compare(lines, "outputSchema", locked.outputSchema, found.outputSchema);
  return [...lines.slice(0, MOST_LINES), ...(lines.length > MOST_LINES ? ["… and more changes"] : [])].join("\n");
};

/** `place` is `inputSchema#/properties/path`. */
const compare = (lines: string[], place: string, one: JsonValue | undefined, other: JsonValue | undefined): void => {
  if (lines.length > MOST_LINES || one === other) return;
  if (one === undefined) return void lines.push(`${place}: added ${shown(other)}`);
  if (other === undefined) return void lines.push(`${place}: removed ${shown(one)}`);
  if (typeof one === "string" && typeof other === "string") return void lines.push(...describeTexts(place, one, other));
  const [members, others] = [membersOf(one), membersOf(other)];
  if (members === undefined || others === undefined || Array.isArray(one) !== Array.isArray(other))
    return isSame(one, other) ? undefined : void lines.push(`${place}: [-${shown(one)}-] {+${shown(other)}+}`);
  const at = place.includes("#") ? place : `${place}#`;
  for (const name of new Set([...members.keys(), ...others.keys()]))
    compare(lines, `${at}/${cut(visible(escapePointer(name)), MOST_NAME)}`, members.get(name), others.get(name));
};

const isSame = (one: JsonValue, other: JsonValue): boolean => canonicalJson(one) === canonicalJson(other);

const membersOf = (value: JsonValue): ReadonlyMap<string, JsonValue> | undefined =>
  typeof value === "object" && value !== null ? new Map(Object.entries(value)) : undefined;

const MOST_VALUE = 400;
const MOST_NAME = 100;

const shown = (value: JsonValue | undefined): string => {
  const text = typeof value === "string" ? value : JSON.stringify(value ?? null);
  const more = text.length - MOST_VALUE;
  return more > 0 ? `${visible(text.slice(0, MOST_VALUE))}… (${more} more characters)` : visible(text);
};
