// z.string(), its checks and zod's string formats. A format has a pattern where zod's own pattern is all that it
// judges by, and `x-format` where zod judges by a function; both mean here exactly what they mean in zod.
import { z } from "zod";
import type { SchemaObject } from "../../schema/schema.ts";
import type { CheckDef } from "./keywords.ts";
import { checkDef, joinSchemas, readLengths, refuseChecks } from "./keywords.ts";
import { readPatternSource } from "./pattern-source.ts";
import { createRefinement } from "./refinement.ts";
import type { Reading, Subject, ZodCheck } from "./walk.ts";

const { regexes } = z.core;

/** Formats that zod judges by their pattern alone. */
const patternFormats: ReadonlySet<string> = new Set(
  (
    "regex lowercase uppercase email guid uuid emoji nanoid cuid cuid2 ulid xid ksuid e164 mac ipv4 cidrv4 " +
    "date time datetime duration"
  ).split(" "),
);

const escapePattern = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

const readRegExp = (subject: Subject, pattern: unknown): SchemaObject => {
  if (!(pattern instanceof RegExp))
    return subject.walk.refuse(subject.place, "a string format has no pattern", "use .regex()").schema;
  const read = readPatternSource(pattern);
  if ("source" in read) return { pattern: read.source };
  return subject.walk.refuse(subject.place, `the pattern ${String(pattern)} cannot be used: ${read.message}`, read.mend)
    .schema;
};

const standardFormats: ReadonlyMap<string, string> = new Map([
  [regexes.guid.source, "uuid"],
  ...[undefined, 1, 2, 3, 4, 5, 6, 7, 8].map((version) => [regexes.uuid(version).source, "uuid"] as const),
  [regexes.ipv4.source, "ipv4"],
  [regexes.date.source, "date"],
]);

/** The standard's name, where the standard accepts all that zod's own pattern accepts. */
const standardFormat = ({ format, pattern, precision, offset, local }: CheckDef): string | undefined => {
  if (!(pattern instanceof RegExp)) return undefined;
  // A local time has no offset, and precision -1 no seconds: neither is a date-time of RFC 3339.
  if (format !== "datetime" || local === true || precision === -1) return standardFormats.get(pattern.source);
  const digits = typeof precision === "number" ? precision : null;
  return pattern.source === regexes.datetime({ precision: digits, offset: offset === true }).source
    ? "date-time"
    : undefined;
};

const readUrl = (subject: Subject, def: CheckDef): SchemaObject => {
  const { place, walk } = subject;
  if (def["normalize"]) {
    return walk.refuse(
      place,
      "z.url({ normalize: true }) changes the value",
      "leave normalize out: a contract checks, it does not change",
    ).schema;
  }
  const hostname = def["hostname"] === undefined ? undefined : readRegExp(subject, def["hostname"])["pattern"];
  const protocol = def["protocol"] === undefined ? undefined : readRegExp(subject, def["protocol"])["pattern"];
  // zod asks for `://` as soon as the protocol is its own pattern for http and https.
  const isHttp = def["protocol"] instanceof RegExp && def["protocol"].source === regexes.httpProtocol.source;
  const options = {
    ...(hostname !== undefined && { hostname }),
    ...(protocol !== undefined && { protocol }),
    ...(isHttp && { slashes: true }),
  };
  return { "x-format": { name: "url", ...options } };
};

const readJwt = (subject: Subject, { alg }: CheckDef): SchemaObject => {
  if (alg === undefined || alg === null || alg === "") return { "x-format": { name: "jwt" } };
  if (typeof alg === "string") return { "x-format": { name: "jwt", alg } };
  return subject.walk.refuse(subject.place, "the algorithm of z.jwt() is not a name", "name one algorithm").schema;
};

type ReadFormat = (subject: Subject, def: CheckDef) => SchemaObject;
/** Formats that zod judges by a function; a pattern beside it is what zod looks at first. */
const functionFormats: ReadonlyMap<string, ReadFormat> = new Map<string, ReadFormat>([
  ["url", readUrl],
  ["jwt", readJwt],
  ["ipv6", () => ({ format: "ipv6", "x-format": { name: "ipv6" } })],
  ["cidrv6", () => ({ "x-format": { name: "cidrv6" } })],
  ["base64", () => ({ pattern: regexes.base64.source, contentEncoding: "base64" })],
  ["base64url", () => ({ pattern: regexes.base64url.source, contentEncoding: "base64url" })],
  ["credit_card", () => ({ pattern: regexes.creditCard.source, "x-format": { name: "credit_card" } })],
  ["iban", () => ({ pattern: regexes.iban.source, "x-format": { name: "iban" } })],
  ["starts_with", (_, { prefix }) => ({ pattern: `^${escapePattern(String(prefix))}` })],
  ["ends_with", (_, { suffix }) => ({ pattern: `${escapePattern(String(suffix))}$` })],
  ["includes", (_, def) => readIncludes(def)],
]);

// `position` counts UTF-16 units, which a pattern cannot.
const readIncludes = ({ includes, position }: CheckDef): SchemaObject => {
  const text = String(includes);
  const isAnywhere = typeof position !== "number" || !(position > 0);
  return isAnywhere ? { pattern: escapePattern(text) } : { "x-format": { name: "includes", text, position } };
};

const readFormat = (subject: Subject, check: ZodCheck): SchemaObject => {
  const def = checkDef(check);
  const { place, plan, walk } = subject;
  if (typeof def["fn"] === "function") {
    if (def["pattern"] instanceof RegExp) return readRegExp(subject, def["pattern"]);
    plan.own = [...plan.own, createRefinement(check, place, String(def["format"]))];
    return {};
  }
  const format = String(def["format"]);
  const read = functionFormats.get(format);
  if (read !== undefined) return read(subject, def);
  if (!patternFormats.has(format))
    return walk.refuse(place, `the string format '${format}' is not known`, "use .regex()").schema;
  const standard = standardFormat(def);
  return { ...(standard !== undefined && { format: standard }), ...readRegExp(subject, def["pattern"]) };
};

const isFormat = (check: ZodCheck): boolean => checkDef(check).check === "string_format";

/** A format schema is its own first check. */
export const ownCheck = ({ schema, checks }: Subject): readonly ZodCheck[] =>
  schema._zod.traits.has("$ZodCheck") ? [schema as unknown as ZodCheck, ...checks] : checks; // The trait is what makes a schema a check.

export const readString = (subject: Subject): Reading => {
  const checks = ownCheck(subject);
  const lengths = readLengths({ ...subject, checks }, "Length");
  refuseChecks(
    subject,
    lengths.rest.filter((check) => !isFormat(check)),
  );
  const formats = lengths.rest.filter(isFormat).map((check) => readFormat(subject, check));
  return { schema: joinSchemas([{ type: "string", ...lengths.schema }, ...formats]) };
};

/** A template literal judges by the pattern that zod makes of its parts. */
export const readTemplate = (subject: Subject): Reading => {
  refuseChecks(subject, subject.checks);
  return { schema: { type: "string", ...readRegExp(subject, subject.schema._zod.pattern) } };
};
