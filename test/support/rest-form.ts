// A call written as the backend's own request, by the document alone: how an agent writes it that follows the API's
// description. The inverse of what src/ingress reads, and independent of it.
import { isMembers } from "./json.ts";
import { type OpenApiOperation, type OpenApiParameter, keyOf } from "./openapi-document.ts";
import type { AgentRequest } from "./running-app.ts";

/** Values by place and name: `path owner`, `query page`, `header x-tag`; the body is `body`. */
export type Placed = ReadonlyMap<string, unknown>;

const encode = encodeURIComponent;
const pairsOf = (value: unknown): readonly (readonly [string, string])[] =>
  Object.entries(Object(value)).map(([name, item]) => [name, String(item)]);
const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.map(String) : pairsOf(value).flat();
const isPlain = (value: unknown): boolean => !Array.isArray(value) && !isMembers(value);

/** Encoded texts joined: `a,b`, `k,v` or `k=v`. */
const joined = (value: unknown, separator: string, explode: boolean, escape: (text: string) => string): string => {
  if (isPlain(value)) return escape(String(value));
  if (explode && isMembers(value))
    return pairsOf(value)
      .map(([name, text]) => `${escape(name)}=${escape(text)}`)
      .join(separator);
  return textsOf(value).map(escape).join(separator);
};

/** As browsers write queries and forms. Paths, cookies and delimiters keep `%20`. */
const plus = (text: string): string => text.replaceAll("%20", "+");

export const pathText = ({ style, explode, name, isJson }: OpenApiParameter, value: unknown): string => {
  if (isJson) return encode(JSON.stringify(value));
  if (style === "label") return `.${joined(value, explode ? "." : ",", explode, encode)}`;
  if (style !== "matrix") return joined(value, ",", explode, encode);
  if (explode && Array.isArray(value)) return value.map((item) => `;${encode(name)}=${encode(String(item))}`).join("");
  if (explode && isMembers(value)) return `;${joined(value, ";", true, encode)}`;
  return `;${encode(name)}=${joined(value, ",", false, encode)}`;
};

const DELIMITERS: Readonly<Record<string, string>> = { spaceDelimited: "%20", pipeDelimited: "%7C" };

const pairTexts = (
  { name, style, explode, isJson }: Pick<OpenApiParameter, "name" | "style" | "explode" | "isJson">,
  value: unknown,
): readonly string[] => {
  if (isJson) return [`${encode(name)}=${encode(JSON.stringify(value))}`];
  if (style === "deepObject")
    return pairsOf(value).map(([key, text]) => `${encode(`${name}[${key}]`)}=${encode(text)}`);
  if (explode && Array.isArray(value)) return value.map((item) => `${encode(name)}=${encode(String(item))}`);
  if (explode && isMembers(value)) return pairsOf(value).map(([key, text]) => `${encode(key)}=${encode(text)}`);
  return [`${encode(name)}=${joined(value, DELIMITERS[style] ?? ",", false, encode)}`];
};

export const writeRest = (operation: OpenApiOperation, placed: Placed, mount: string): AgentRequest => {
  const at = (place: string): readonly (readonly [OpenApiParameter, unknown])[] =>
    operation.parameters
      .filter((one) => one.in === place && placed.has(keyOf(one)))
      .map((one) => [one, placed.get(keyOf(one))]);
  const paths = new Map(at("path").map(([parameter, value]) => [parameter.name, pathText(parameter, value)]));
  const path = operation.template.replaceAll(/\{([^}]+)\}/g, (_, name: string) => paths.get(name) ?? "");
  const query = at("query")
    .flatMap(([parameter, value]) =>
      pairTexts(parameter, value).map(parameter.style === "spaceDelimited" ? String : plus),
    )
    .join("&");
  const cookies = at("cookie")
    .flatMap(([parameter, value]) => pairTexts(parameter, value))
    .join("; ");
  const fields = at("header").map(([parameter, value]) => [parameter.name, headerText(parameter, value)] as const);
  const body = bodyText(operation, placed.get("body"));
  return {
    method: operation.method,
    target: `${mount}${path}${query === "" ? "" : `?${query}`}`,
    headers: [
      ...fields,
      ...(cookies === "" ? [] : [["cookie", cookies] as const]),
      ...(body === undefined ? [] : [["content-type", operation.body?.mediaType ?? ""] as const]),
    ],
    body,
  };
};

export const headerText = ({ isJson, explode }: OpenApiParameter, value: unknown): string =>
  isJson ? JSON.stringify(value) : joined(value, ",", explode, (text) => text);

const bodyText = (operation: OpenApiOperation, value: unknown): string | undefined => {
  if (value === undefined) return undefined;
  if (operation.body?.mediaType === "text/plain") return String(value);
  if (operation.body?.mediaType === "application/json") return JSON.stringify(value);
  return Object.entries(Object(value))
    .flatMap(([name, item]) => pairTexts({ name, style: "form", explode: true, isJson: false }, item).map(plus))
    .join("&");
};
