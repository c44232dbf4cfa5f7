// The flat arguments of an operation exposed as it is, put where the conventions say (DESIGN section 3), and whether an
// HTTP request can say them at all. Written from the conventions, not from src/.
import { canonical, canonicalText, entriesOf, isMembers } from "./json.ts";
import { type OpenApi, type OpenApiOperation, type OpenApiParameter, keyOf } from "./openapi-document.ts";
import { namesIn, shapesOf } from "./openapi-style.ts";
import { type Placed, headerText, pathText } from "./rest-form.ts";

export const placeArguments = (
  api: OpenApi,
  operation: OpenApiOperation,
  given: Readonly<Record<string, unknown>>,
): Placed => {
  const { parameters, body } = operation;
  const placed = new Map<string, unknown>();
  const members: [string, unknown][] = [];
  const bodyNames = body === undefined ? [] : namesIn(api.schemas, body.schema);
  for (const [name, value] of entriesOf(given)) {
    const same = parameters.filter((one) => one.name === name);
    const [parameter] = same.length === 1 ? same : parameters.filter((one) => `${one.in}_${one.name}` === name);
    if (parameter !== undefined) placed.set(keyOf(parameter), value);
    else if (name === "body" && !bodyNames.includes("body")) placed.set("body", value);
    else
      members.push([
        parameters.some((one) => `body_${one.name}` === name) && !bodyNames.includes(name)
          ? name.slice("body_".length)
          : name,
        value,
      ]);
  }
  const isWhole = placed.has("body");
  if (!isWhole && body !== undefined && (members.length > 0 || body.required))
    placed.set("body", Object.fromEntries(members));
  return placed;
};

/** Whether what arrived is what was meant: bodies by value, parameters by the texts that stand for the values. */
export const isSame = (api: OpenApi, operation: OpenApiOperation, wanted: Placed, arrived: Placed): boolean => {
  const text = ([key, value]: readonly [string, unknown]): string => {
    if (key === "body")
      return `${key} ${operation.body?.mediaType === "application/json" ? canonical(value) : canonicalText(value)}`;
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
  if (isScalar(value)) return parameter.style !== "matrix" || !String(value).includes(";");
  if (value === null) return false;
  const parts = Array.isArray(value) ? value : Object.values(Object(value));
  if (parts.length === 0 || !parts.every(isScalar)) return false;
  const texts = [...parts.map(String), ...(isMembers(value) ? Object.keys(value) : [])];
  if (parameter.style === "deepObject" && Object.keys(Object(value)).some((name) => /[[\]]/.test(name))) return false;
  const forbidden = forbiddenIn(parameter, value);
  return !texts.some((text) => [...forbidden].some((mark) => text.includes(mark)));
};

const forbiddenIn = ({ in: place, style, explode }: OpenApiParameter, value: unknown): string => {
  if (style === "deepObject") return "";
  if (place === "query" || place === "cookie") return explode ? "" : (DELIMITERS[style] ?? ",");
  if (style === "matrix") return explode && !isScalar(value) ? ";=" : ",;";
  return (explode && style === "label" ? "." : ",") + (explode && isMembers(value) ? "=" : "");
};

/** Whether the parameter can be sent. */
const isExpressible = (parameter: OpenApiParameter, value: unknown): boolean => {
  if (!parameter.isJson && !isWritable(parameter, value)) return false;
  if (parameter.in === "path") return value !== "" && isOneStep(decodeURIComponent(pathText(parameter, value)));
  return parameter.in !== "header" || isField(parameter, value);
};

/** One segment that is no path step, and has something in it. */
const isOneStep = (text: string): boolean => !/^\.{0,2}$/.test(text) && !text.includes("/");

/** Receivers of a list drop empty items and the blanks around each (RFC 9110, 5.6.1). */
const isField = (parameter: OpenApiParameter, value: unknown): boolean =>
  FIELD.test(headerText(parameter, value)) &&
  (parameter.isJson ||
    isScalar(value) ||
    headerText(parameter, value)
      .split(",")
      .every((text) => /^\S(?:.*\S)?$/s.test(text)));

/** Names that stand in the query (or form, or cookies) for themselves: each may come once from one source. */
const spreadNames = ({ name, explode, style, isJson }: OpenApiParameter, value: unknown): readonly string[] =>
  explode && style === "form" && !isJson && isMembers(value) ? Object.keys(value) : [name];

/** Whether an HTTP request can say all of it: every value in its style, and no value under the name of another. */
export const isSayable = ({ parameters, body }: OpenApiOperation, placed: Placed): boolean => {
  const given = parameters
    .filter((one) => placed.has(keyOf(one)))
    .map((one) => ({ parameter: one, value: placed.get(keyOf(one)) }));
  if (!given.every(({ parameter, value }) => isExpressible(parameter, value))) return false;
  for (const place of ["query", "cookie"]) {
    const names = given
      .filter(({ parameter }) => parameter.in === place)
      .flatMap(({ parameter, value }) => spreadNames(parameter, value));
    const others = parameters.filter(
      (one) => one.in === place && !given.some(({ parameter, value }) => parameter === one && !isMembers(value)),
    );
    const clashes = others.some((one) =>
      given.some(
        ({ parameter, value }) =>
          parameter !== one &&
          parameter.in === place &&
          isMembers(value) &&
          spreadNames(parameter, value).includes(one.name),
      ),
    );
    if (clashes || new Set(names).size < names.length) return false;
  }
  if (body?.mediaType !== "application/x-www-form-urlencoded") return true;
  const member = { in: "query", style: "form", explode: true, isJson: false, required: false, schema: true } as const;
  return Object.entries(Object(placed.get("body"))).every(([name, value]) => isExpressible({ ...member, name }, value));
};
