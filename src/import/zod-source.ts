// JSON Schema 2020-12 as the text of the zod schema that means the same. A draft is enforced in place of the document's
// schema, so it must not be wider, and where it is narrower a note says so: what has no such form throws a NoForm with
// the reason, and its operation stays as it is.
import { createSchemaCheck } from "../schema/compile.ts";
import { isSchemaObject } from "../schema/keywords.ts";
import type { SchemaObject } from "../schema/schema.ts";
import { NoForm, chainOf } from "./zod-scalar.ts";

interface Draft {
  /** Where `#/$defs/…` leads. */
  readonly definitions: SchemaObject;
  /** What the draft judges more narrowly than the document. */
  readonly notes: Set<string>;
  /** References on the way here: one that comes again never ends. */
  readonly path: readonly string[];
}

/** Annotations, and what only says where things are. */
const SILENT: ReadonlySet<string> = new Set(
  "title description default deprecated examples readOnly writeOnly x-secret $defs $comment".split(" "),
);
const MAX_DESCRIPTION = 400;

/** Text of a foreign document as a TypeScript literal, on one line and bounded. */
export const quote = (text: string, limit = Number.POSITIVE_INFINITY): string => {
  const letters = [...text.replaceAll(/\s+/g, " ").trim()];
  return JSON.stringify(letters.length > limit ? `${letters.slice(0, limit - 1).join("")}…` : letters.join(""));
};

/** The zod form of a schema, annotations included. Throws a NoForm. */
export const zodSource = (draft: Draft, schema: unknown): string => {
  if (schema === true) return "z.unknown()";
  if (!isSchemaObject(schema)) throw new NoForm("nothing matches one of its schemas");
  const form = formOf(draft, schema);
  const { description } = schema;
  const described = typeof description === "string" && description.trim() !== "" ? describe(description) : "";
  return schema["x-secret"] === true ? `secretField(${form}${described})` : `${form}${described}`;
};

const describe = (text: string): string => `.describe(${quote(text, MAX_DESCRIPTION)})`;

const saying = (schema: SchemaObject): readonly string[] => Object.keys(schema).filter((name) => !SILENT.has(name));

const formOf = (draft: Draft, schema: SchemaObject): string => {
  const keywords = saying(schema);
  if (keywords.length === 0) return "z.unknown()";
  if (Object.hasOwn(schema, "$ref")) return referenceForm(draft, schema, keywords);
  if (Object.hasOwn(schema, "const") || Object.hasOwn(schema, "enum")) return literalForm(draft, schema);
  for (const name of ["anyOf", "oneOf", "allOf"] as const)
    if (Object.hasOwn(schema, name)) return choiceForm(draft, schema, name, keywords);
  return typedForm(draft, schema, keywords);
};

const referenceForm = (draft: Draft, schema: SchemaObject, keywords: readonly string[]): string => {
  const reference = String(schema["$ref"]);
  if (keywords.length > 1) throw new NoForm("a reference stands beside other keywords");
  if (draft.path.includes(reference)) throw new NoForm("a schema refers to itself");
  const name = reference.replace(/^#\/\$defs\//, "");
  const target = Object.hasOwn(draft.definitions, name) ? draft.definitions[name] : undefined;
  return zodSource({ ...draft, path: [...draft.path, reference] }, target ?? false);
};

/** The values that hold against everything that stands beside them: no other keyword is left to say. */
const literalForm = (draft: Draft, schema: SchemaObject): string => {
  const listed = Object.hasOwn(schema, "const") ? [schema["const"]] : schema["enum"];
  const { isValid } = createSchemaCheck({ ...schema, $defs: draft.definitions }, { formats: "annotate" });
  const values = (Array.isArray(listed) ? listed : []).filter(isValid);
  if (values.length === 0) throw new NoForm("one of its lists of values is empty");
  if (values.some((value) => typeof value === "object" && value !== null))
    throw new NoForm("a list of values holds objects or arrays");
  const unique = [...new Set(values)];
  const texts = unique.filter((value) => value !== null).map((value) => JSON.stringify(value));
  if (texts.length === 0) return "z.null()";
  const isText = unique.every((value) => value === null || typeof value === "string");
  const form =
    texts.length === 1
      ? `z.literal(${texts.join()})`
      : isText
        ? `z.enum([${texts.join(", ")}])`
        : `z.literal([${texts.join(", ")}])`;
  return unique.includes(null) ? `${form}.nullable()` : form;
};

const choiceForm = (
  draft: Draft,
  schema: SchemaObject,
  name: "anyOf" | "oneOf" | "allOf",
  keywords: readonly string[],
): string => {
  const branches: readonly unknown[] = Array.isArray(schema[name]) ? schema[name] : [];
  if (keywords.length > 1)
    throw new NoForm(`${name} stands beside ${keywords.filter((one) => one !== name).join(", ")}`);
  const [only] = branches;
  if (branches.length === 1) return zodSource(draft, only);
  if (name === "allOf") throw new NoForm("a schema is put together of several (allOf)");
  const others = branches.filter((branch) => !isNull(branch));
  if (others.length === 1 && branches.length === 2 && !takesNull(others[0]))
    return `${zodSource(draft, others[0])}.nullable()`;
  const forms = branches.map((branch) => zodSource(draft, branch));
  return `z.${name === "anyOf" ? "union" : "xor"}([${forms.join(", ")}])`;
};

const isNull = (branch: unknown): boolean =>
  isSchemaObject(branch) && branch["type"] === "null" && saying(branch).length === 1;

/** Beside `null` in a oneOf, a branch that takes null itself would match twice; when unsure, the long form is written. */
const takesNull = (branch: unknown): boolean =>
  !isSchemaObject(branch) || typeof branch["type"] !== "string" || branch["type"] === "null";

const typedForm = (draft: Draft, schema: SchemaObject, keywords: readonly string[]): string => {
  const { type } = schema;
  if (type === undefined) throw new NoForm(`${keywords.join(", ")} without a type`);
  const types = (Array.isArray(type) ? type : [type]).map(String);
  const plain = types.filter((name) => name !== "null");
  const used = new Set(["type"]);
  const forms = plain.map((name) => formOfType({ draft, schema, used }, name));
  const rest = keywords.filter((name) => !used.has(name));
  if (rest.length > 0) throw new NoForm(`${rest.join(", ")} has no zod form`);
  if (plain.length === 0) return "z.null()";
  const form = forms.length === 1 ? forms.join() : `z.union([${forms.join(", ")}])`;
  return types.includes("null") ? `${form}.nullable()` : form;
};

interface Typed {
  readonly draft: Draft;
  readonly schema: SchemaObject;
  /** Keywords that the form says; what is left over has none. */
  readonly used: Set<string>;
}

const formOfType = (typed: Typed, type: string): string => {
  if (type === "boolean") return "z.boolean()";
  if (type === "array") return arrayForm(typed);
  if (type === "object") return objectForm(typed);
  return chainOf(typed, type);
};

const arrayForm = ({ draft, schema, used }: Typed): string => {
  for (const name of ["items", "minItems", "maxItems"]) used.add(name);
  if (schema["uniqueItems"] === false) used.add("uniqueItems");
  const { items = true, minItems, maxItems } = schema;
  const least = typeof minItems === "number" && minItems > 0 ? `.min(${minItems})` : "";
  const most = typeof maxItems === "number" ? `.max(${maxItems})` : "";
  return `z.array(${zodSource(draft, items)})${least}${most}`;
};

const objectForm = ({ draft, schema, used }: Typed): string => {
  for (const name of ["properties", "required", "additionalProperties"]) used.add(name);
  const { properties, additionalProperties: others = true } = schema;
  const isClosed = others === false;
  // A member that is always refused (read-only in an input) is refused by a closed object without being named.
  const entries = Object.entries(isSchemaObject(properties) ? properties : {}).filter(
    ([, member]) => member !== false || !isClosed,
  );
  const required = new Set<unknown>(Array.isArray(schema["required"]) ? schema["required"] : []);
  if ([...required].some((name) => !entries.some(([own]) => own === name)))
    throw new NoForm("a required member is not described");
  if (entries.length === 0 && !isClosed) return `z.record(z.string(), ${zodSource(draft, others)})`;
  if (!isClosed && (others === true || (isSchemaObject(others) && saying(others).length === 0)))
    throw new NoForm("an object takes members that the document does not name");
  const members = entries.map(([name, member]) => memberForm(draft, name, member, required.has(name)));
  const shape = members.length === 0 ? "{}" : `{\n${members.join(",\n")},\n}`;
  return isClosed ? `z.strictObject(${shape})` : `z.object(${shape}).catchall(${zodSource(draft, others)})`;
};

/** A member's name as the key of an object literal. */
export const memberKey = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));

const memberForm = (draft: Draft, name: string, schema: unknown, isRequired: boolean): string => {
  if (name === "__proto__") throw new NoForm("a member is called __proto__");
  return `${memberKey(name)}: ${zodSource(draft, schema)}${isRequired ? "" : ".optional()"}`;
};
