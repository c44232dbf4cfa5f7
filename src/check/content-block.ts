// MCP 2026-07-28, ContentBlock: the forms that a client can show to a model. Another type would be shown by nobody knows
// whom, nobody knows how.
import { isJsonObject } from "../call.ts";
import { isExact } from "../json/exact.ts";

const isText = (value: unknown): boolean => typeof value === "string";
const isOptionalText = (value: unknown): boolean => value === undefined || typeof value === "string";
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
/** Padded or not: four characters hold three bytes, and one alone holds none. */
const isBase64 = (value: unknown): boolean => {
  if (typeof value !== "string" || !BASE64.test(value)) return false;
  const rest = value.length % 4;
  return rest === 0 || (rest > 1 && !value.endsWith("="));
};

type Form = (block: Readonly<Record<string, unknown>>) => boolean;

const isMedia: Form = ({ data, mimeType }) => isBase64(data) && isText(mimeType);

const isResource: Form = ({ resource }) => {
  if (!isJsonObject(resource) || !isText(resource["uri"]) || !isOptionalText(resource["mimeType"])) return false;
  const { text, blob } = resource;
  return blob === undefined ? isText(text) : text === undefined && isBase64(blob);
};

const forms: ReadonlyMap<unknown, Form> = new Map<unknown, Form>([
  ["text", ({ text }) => isText(text)],
  ["image", isMedia],
  ["audio", isMedia],
  ["resource", isResource],
  ["resource_link", ({ uri, name }) => isText(uri) && isText(name)],
]);

export const isContentBlock = (block: unknown): boolean =>
  isJsonObject(block) && forms.get(block["type"])?.(block) === true && isExact(block);
