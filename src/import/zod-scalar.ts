// Strings and numbers of a document as chains of zod calls. Formats only where zod's own means the same, or less (noted).
import { readPatternSource } from "../contract/input/pattern-source.ts";
import { isKnownFormat } from "../schema/formats.ts";
import type { SchemaObject } from "../schema/schema.ts";

/** Why a schema has no zod form: its operation is drafted as it is. */
export class NoForm extends Error {}

interface Scalar {
  readonly draft: { readonly notes: Set<string> };
  readonly schema: SchemaObject;
  readonly used: Set<string>;
}

interface FormatForm {
  readonly form: string;
  /** What zod's format refuses though the document's takes it. */
  readonly narrower?: string;
}

const FORMATS: ReadonlyMap<string, FormatForm> = new Map([
  ["date-time", { form: "z.iso.datetime({ offset: true })", narrower: "no leap second, and T and Z in capitals" }],
  ["date", { form: "z.iso.date()" }],
  ["uuid", { form: "z.guid()" }],
  ["email", { form: "z.email()", narrower: "no quoted or unusual mailbox names" }],
  ["ipv4", { form: "z.ipv4()" }],
  ["byte", { form: "z.base64()" }],
]);

/** Formats that assert nothing about a value (`password`, `float`, unknown ones). */
const SILENT_FORMATS: ReadonlySet<string> = new Set(["float", "double", "binary", "password"]);
const isSilent = (format: string): boolean => SILENT_FORMATS.has(format) || !isKnownFormat(format);

export const chainOf = (scalar: Scalar, type: string): string => {
  if (type === "string") return stringChain(scalar);
  if (type === "number" || type === "integer") return numberChain(scalar, type);
  throw new NoForm(`the type ${type} has no zod form`);
};

const number = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);

const calls = (schema: SchemaObject, used: Set<string>, methods: Readonly<Record<string, string>>): string => {
  let chain = "";
  for (const [keyword, method] of Object.entries(methods)) {
    used.add(keyword);
    const value = number(schema[keyword]);
    if (value !== undefined) chain += `.${method}(${value})`;
  }
  return chain;
};

const stringChain = ({ draft, schema, used }: Scalar): string => {
  for (const name of ["format", "pattern", "minLength", "maxLength"]) used.add(name);
  const { pattern, minLength, ...rest } = schema;
  const least = minLength === 0 ? {} : { minLength };
  const lengths = calls({ ...rest, ...least }, used, { minLength: "min", maxLength: "max" });
  return `${stringStart(draft.notes, schema["format"])}${lengths}${typeof pattern === "string" ? regex(pattern) : ""}`;
};

const stringStart = (notes: Set<string>, format: unknown): string => {
  if (typeof format !== "string" || isSilent(format) || format === "int32" || format === "int64") return "z.string()";
  const found = FORMATS.get(format);
  if (found === undefined) throw new NoForm(`the format ${format} has no zod form of the same meaning`);
  if (found.narrower !== undefined)
    notes.add(`${found.form} is narrower than the document's ${format}: ${found.narrower}`);
  return found.form;
};

const regex = (source: string): string => {
  const pattern = withUnicode(source);
  if (pattern === undefined || !("source" in readPatternSource(pattern)))
    throw new NoForm(`the pattern ${String(pattern ?? source)} cannot be written in zod`);
  return `.regex(${String(pattern)})`;
};

/** What is a pattern without the flag only, as `\\@` is, is enforced all the same; a literal here has the flag. */
const withUnicode = (source: string): RegExp | undefined => {
  try {
    return new RegExp(source, "u");
  } catch {
    return undefined;
  }
};

/** Integers of any document are safe integers here: others never come through the JSON parser. */
const numberChain = ({ schema, used }: Scalar, type: string): string => {
  used.add("format");
  const { format } = schema;
  const start = format === "int32" ? "z.int32()" : type === "integer" || format === "int64" ? "z.int()" : "z.number()";
  const chain = calls(schema, used, {
    minimum: "min",
    maximum: "max",
    exclusiveMinimum: "gt",
    exclusiveMaximum: "lt",
    multipleOf: "multipleOf",
  });
  return `${start}${chain}`;
};
