// What a format is called in a message, and a value of it: models write what they are shown.
import { compilePattern } from "./pattern.ts";
import { isSchemaObject } from "./keywords.ts";
import type { SchemaObject } from "./schema.ts";

interface Words {
  readonly noun: string;
  readonly example?: string;
}

/** `x-format` has names of its own: none of them means something else in `format`. */
const formats: ReadonlyMap<string, Words> = new Map([
  ["date-time", { noun: "date-time", example: "2026-01-31T09:30:00Z" }],
  ["date", { noun: "date", example: "2026-01-31" }],
  ["time", { noun: "time", example: "09:30:00Z" }],
  ["duration", { noun: "duration", example: "PT1H30M" }],
  ["email", { noun: "email address", example: "ann@example.com" }],
  ["hostname", { noun: "host name", example: "www.example.com" }],
  ["ipv4", { noun: "IPv4 address", example: "192.0.2.1" }],
  ["ipv6", { noun: "IPv6 address", example: "2001:db8::1" }],
  ["uri", { noun: "URI", example: "https://example.com/a" }],
  ["uri-reference", { noun: "URI reference", example: "/a?b=c" }],
  ["iri", { noun: "IRI", example: "https://example.com/ä" }],
  ["iri-reference", { noun: "IRI reference", example: "/ä?b=c" }],
  ["uri-template", { noun: "URI template", example: "/orders/{id}" }],
  ["uuid", { noun: "UUID", example: "3f2b8c1e-9d4a-4c6f-8a51-0e7d2b9c4f10" }],
  ["json-pointer", { noun: "JSON Pointer", example: "/a/0" }],
  ["relative-json-pointer", { noun: "relative JSON Pointer", example: "1/a" }],
  ["regex", { noun: "regular expression", example: "^[a-z]+$" }],
  ["byte", { noun: "text in base64", example: "aGVsbG8=" }],
  ["int32", { noun: "32-bit integer" }],
  ["int64", { noun: "integer of at most 2^53" }],
  ["url", { noun: "URL", example: "https://example.com/a" }],
  ["cidrv6", { noun: "IPv6 range", example: "2001:db8::/32" }],
  ["jwt", { noun: "JWT" }],
  ["credit_card", { noun: "card number", example: "4242424242424242" }],
  ["iban", { noun: "IBAN", example: "DE89370400440532013000" }],
  ["number_text", { noun: "number written as a text", example: "12.5" }],
]);

/** A value of the format, where there is one for all. */
export const exampleOf = (name: string): string | undefined => formats.get(name)?.example;

const MOST_EXAMPLE = 60;

/** `date (like 2026-01-31)`; a format of another name is called by it. */
export const formatNoun = (name: string, schema: SchemaObject): string =>
  `${formats.get(name)?.noun ?? name}${likeOf(schema)}`;

/** ` (like ord_100001)`, or nothing where no value is known that the schema takes. */
export const likeOf = (schema: SchemaObject): string => {
  const example = findExample(schema);
  return example === undefined ? "" : ` (like ${example})`;
};

/** The author's own examples first. */
const findExample = (schema: SchemaObject): string | undefined => {
  const { format, examples, pattern, "x-format": named } = schema;
  const name = isSchemaObject(named) ? named["name"] : format;
  const own = Array.isArray(examples) ? examples : [];
  const candidates = [...own, formats.get(String(name))?.example];
  const takes = takenBy(pattern);
  return candidates.find((one): one is string => typeof one === "string" && one.length <= MOST_EXAMPLE && takes(one));
};

const takenBy = (pattern: unknown): ((text: string) => boolean) => {
  const compiled = typeof pattern === "string" ? compilePattern(pattern) : undefined;
  if (compiled === undefined) return () => true;
  return "problem" in compiled ? () => false : (text) => compiled.test(text);
};
