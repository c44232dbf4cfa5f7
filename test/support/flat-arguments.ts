// The flat arguments of an operation exposed as it is, put where the conventions say (DESIGN section 3), and whether an
// HTTP request can say them at all. Written from the conventions, not from src/.
import { canonical, canonicalText, entriesOf, isMembers } from "./json.ts";
import type { OpenApi, OpenApiOperation, OpenApiParameter } from "./openapi-document.ts";
import { namesIn, shapesOf } from "./openapi-style.ts";

/** By place and name as in ArrivedRequest: `path owner`, `query page`, `header x-tag`, `body`. */
export type Placed = ReadonlyMap<string, unknown>;

export const keyOf = ({ in: place, name }: Pick<OpenApiParameter, "in" | "name">): string => `${place} ${place === "header" ? name.toLowerCase() : name}`;

export const placeArguments = (api: OpenApi, operation: OpenApiOperation, given: Readonly<Record<string, unknown>>): Placed => {
  const { parameters, body } = operation;
  const placed = new Map<string, unknown>();
  const members: [string, unknown][] = [];
  const bodyNames = body === undefined ? [] : namesIn(api.schemas, body.schema);
  for (const [name, value] of entriesOf(given)) {
    const same = parameters.filter((one) => one.name === name);
    const [parameter] = same.length === 1 ? same : parameters.filter((one) => `${one.in}_${one.name}` === name);
    if (parameter !== undefined) placed.set(keyOf(parameter), value);
    else if (name === "body" && !bodyNames.includes("body")) placed.set("body", value);
    else members.push([parameters.some((one) => `body_${one.name}` === name) && !bodyNames.includes(name) ? name.slice("body_".length) : name, value]);
  }
  const isWhole = placed.has("body");
  if (!isWhole && body !== undefined && (members.length > 0 || body.required)) placed.set("body", Object.fromEntries(members));
  return placed;
};

/** Whether what arrived is what was meant: bodies by value, parameters by the texts that stand for the values. */
export const isSame = (api: OpenApi, operation: OpenApiOperation, wanted: Placed, arrived: Placed): boolean => {
  const text = ([key, value]: readonly [string, unknown]): string => {
    if (key === "body") return `${key} ${operation.body?.mediaType === "application/json" ? canonical(value) : canonicalText(value)}`;
    const parameter = operation.parameters.find((one) => keyOf(one) === key);
    const shapes = parameter === undefined ? new Set() : shapesOf(api.schemas, parameter.schema);
    // A form cannot tell a list of one from the one.
    const isLoose = shapes.size > 1 && Array.isArray(value) && value.length === 1;
    return `${key} ${canonicalText(isLoose ? value[0] : value)}`;
  };
  return canonical([...wanted].map(text).sort()) === canonical([...arrived].map(text).sort());
};

/** RFC 9110 5.5, without obs-text. */
const FIELD = /^(?:[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?)?$/;
const DELIMITERS: Readonly<Record<string, string>> = { spaceDelimited: " ", pipeDelimited: "|", label: "." };

const isScalar = (value: unknown): boolean => ["string", "number", "boolean"].includes(typeof value);

/** What the parameter's style can carry without doubt for the receiver. */
const isWritable = (parameter: OpenApiParameter, value: unknown): boolean => {
  if (isScalar(value)) return true;
  if (value === null) return false;
  const parts = Array.isArray(value) ? value : Object.values(Object(value));
  if (parts.length === 0 || !parts.every(isScalar)) return false;
  const texts = [...parts.map(String), ...(isMembers(value) ? Object.keys(value) : [])];
  const forbidden = forbiddenIn(parameter, value);
  return !texts.some((text) => [...forbidden].some((mark) => text.includes(mark)));
};

const forbiddenIn = ({ in: place, style, explode }: OpenApiParameter, value: unknown): string => {
  if (place === "query" || place === "cookie") return explode || style === "deepObject" ? "" : (DELIMITERS[style] ?? ",");
  if (style === "matrix") return explode ? ";=" : ",";
  return (explode && style === "label" ? "." : ",") + (explode && isMembers(value) ? "=" : "");
};

/** Whether the parameter can be sent. Bodies always can, as JSON. */
export const isExpressible = (parameter: OpenApiParameter, value: unknown): boolean => {
  const isPath = parameter.in === "path";
  const parts = isScalar(value) ? [value] : Object.values(Object(value));
  const texts = parameter.isJson ? [JSON.stringify(value)] : parts.map(String);
  if (!parameter.isJson && !isWritable(parameter, value)) return false;
  if (isPath && (value === "" || texts.some((text) => text.includes("/")))) return false;
  if (isPath && parameter.style === "simple" && texts.length === 1 && /^\.{0,2}$/.test(texts[0] ?? "")) return false;
  return parameter.in !== "header" || FIELD.test(texts.join(","));
};
