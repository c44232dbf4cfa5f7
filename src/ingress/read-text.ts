// What a text on the wire stands for, by the argument's schema: "12" is the integer 12 where only an integer is taken, and
// the text "12" where texts are. It only reads: whether the value is valid is judged by the one validator afterwards.
import type { WireType } from "../contract/wire-type.ts";
import { readNumberToken } from "../json/json-number.ts";

/** The value that a text stands for. Canonical writings only: `0x10`, `1e1` for an integer and `TRUE` stay texts, and fail. */
export const readText = (text: string, wire: WireType): unknown => {
  if (wire.literals.has(text)) return wire.literals.get(text);
  if (wire.types.has("string")) return text;
  if (wire.types.has("boolean") && (text === "true" || text === "false")) return text === "true";
  const isInteger = /^-?(?:0|[1-9][0-9]*)$/.test(text);
  if (wire.types.has("number") || (wire.types.has("integer") && isInteger)) return readNumberToken(text) ?? text;
  return text;
};

/** The text for one item of a list. */
export const readItem = (text: string, wire: WireType): unknown => readText(text, wire.items ?? wire);

/** The text of one member of an object. */
export const readMember = (name: string, text: string, wire: WireType): unknown => {
  const member = wire.members.get(name) ?? wire.others;
  return member === undefined ? text : readText(text, member);
};
