// From a node to its forms: every alternative, for each type that it takes, without those that plainly have no value.
import { canonicalJson } from "../../json/canonical.ts";
import { contradicts } from "../contradiction.ts";
import { createEvaluator } from "../evaluator.ts";
import type { FormatMode } from "../formats.ts";
import type { JsonSchema, SchemaObject } from "../schema.ts";
import { type Alternative, alternativesOf } from "./alternatives.ts";
import { type Form, type Node, type SchemaDocument, TYPES, type TypeName, accepts, keyOf, typeOf } from "./node.ts";

/** The schema must have no problems (`inspectSchema`). */
export const readDocument = (root: JsonSchema, formats: FormatMode): SchemaDocument => ({
  root,
  formats,
  evaluator: createEvaluator(root, formats),
  numbers: new Map(),
  texts: new Map(),
  forms: new Map(),
  samples: new Map(),
});

/** Undefined when there are too many. */
export const formsOf = (node: Node): readonly Form[] | undefined => {
  const { forms } = node.document;
  const key = keyOf(node);
  if (forms.has(key)) return forms.get(key);
  const found = alternativesOf(node.document, node.schemas)?.flatMap((one) => splitByType(node.document, one));
  forms.set(key, found);
  return found;
};

const splitByType = (document: SchemaDocument, alternative: Alternative): readonly Form[] =>
  TYPES.filter((type) => alternative.parts.every((part) => takesType(part, type)))
    .filter((type) => contradicts([...alternative.parts, { type }]) === undefined)
    .map((type) => ({ document, type, values: listValues(document, alternative, type), ...alternative }))
    .filter(({ values }) => values?.length !== 0);

const takesType = ({ type }: SchemaObject, name: TypeName): boolean => {
  if (type === undefined) return true;
  const types: readonly unknown[] = Array.isArray(type) ? type : [type];
  return types.includes(name) || (name === "number" && types.includes("integer"));
};

const listValues = (
  document: SchemaDocument,
  { parts, nots }: Alternative,
  type: TypeName,
): readonly unknown[] | undefined => {
  const listed = parts.flatMap(valuesIn);
  const [first] = type === "null" ? [[null]] : type === "boolean" ? [[false, true]] : listed;
  const unique = new Map(first?.map((value) => [canonicalJson(value), value]));
  if (first === undefined) return undefined;
  return [...unique.values()]
    .filter((value) => typeOf(value) === type && accepts({ document, schemas: parts }, value))
    .filter((value) => !nots.some((not) => accepts(not, value)));
};

const valuesIn = (part: SchemaObject): readonly (readonly unknown[])[] => [
  ...(Object.hasOwn(part, "const") ? [[part["const"]]] : []),
  ...(Array.isArray(part["enum"]) ? [part["enum"]] : []),
];
