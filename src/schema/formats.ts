// Every format that is asserted, by its JSON Schema or OpenAPI name. A format that is not here asserts nothing, so
// authored schemas may not use it. Own judges: the usual packages accept `+0530` and have quadratic patterns.
import type { Assertion } from "./assertions.ts";
import { isEmail, isHostname, isIpv4, isIpv6 } from "./format-host.ts";
import { isDate, isDateTime, isDuration, isTime } from "./format-time.ts";
import {
  isIri,
  isIriReference,
  isJsonPointer,
  isRelativeJsonPointer,
  isUri,
  isUriReference,
  isUriTemplate,
} from "./format-uri.ts";
import { isRegularExpression } from "./pattern.ts";

/**
 * `assert`: an author's schema: every format is enforced, and an unknown one is a mistake.
 * `annotate`: a document's: known formats are enforced, an unknown one is a remark.
 * `ignore`: every format is a remark, which is the default of JSON Schema 2020-12.
 */
export type FormatMode = "assert" | "annotate" | "ignore";

/** Judges texts; whatever is no text passes. */
export const text =
  (judge: (value: string) => boolean): Assertion =>
  (value) =>
    typeof value !== "string" || judge(value);

const numeric =
  (judge: (value: number) => boolean): Assertion =>
  (value) =>
    typeof value !== "number" || judge(value);

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** RFC 4648, section 4, with padding. */
const isBase64 = (value: string): boolean => value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value);

const asserted: ReadonlyMap<string, Assertion> = new Map([
  ["date-time", text(isDateTime)],
  ["date", text(isDate)],
  ["time", text(isTime)],
  ["duration", text(isDuration)],
  ["email", text(isEmail)],
  ["hostname", text(isHostname)],
  ["ipv4", text(isIpv4)],
  ["ipv6", text(isIpv6)],
  ["uri", text(isUri)],
  ["uri-reference", text(isUriReference)],
  ["iri", text(isIri)],
  ["iri-reference", text(isIriReference)],
  ["uri-template", text(isUriTemplate)],
  ["uuid", text((value) => value.length === 36 && uuid.test(value))],
  ["json-pointer", text(isJsonPointer)],
  ["relative-json-pointer", text(isRelativeJsonPointer)],
  ["regex", text(isRegularExpression)],
  ["byte", text(isBase64)],
  ["int32", numeric((value) => Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31)],
  ["int64", numeric(Number.isSafeInteger)],
]);

/** OpenAPI's formats that say how a value is shown or stored, and nothing that a JSON value could break. */
const harmless: readonly string[] = ["float", "double", "binary", "password"];

export const assertedFormats: readonly string[] = [...asserted.keys()];
export const isKnownFormat = (name: string): boolean => asserted.has(name) || harmless.includes(name);
export const findFormat = (name: string): Assertion | undefined => asserted.get(name);
