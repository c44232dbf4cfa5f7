// The bodies of the admin port: one strict JSON object whose members are all known. A misspelt member is refused instead of
// passed over: a grant that is left out by mistake would open everything.
import { type JsonObject, isJsonObject } from "../call.ts";
import { visible } from "../contract/lock/visible.ts";
import { escapePointer } from "../json/pointer.ts";
import { parseStrictJson } from "../json/strict-json.ts";
import { nearestNames } from "../nearest.ts";
import { refusalCodes } from "../refusal.ts";
import { type AdminRequest, type Answer, type BodyIssue, PROBLEMS, problem } from "./answer.ts";

/** What one member has to be; one that may be left out takes undefined. */
export interface Member<T> {
  readonly fits: (value: unknown) => value is T;
  /** "must be …" */
  readonly must: string;
}
type Members = Readonly<Record<string, Member<unknown>>>;
export type Values<M> = { readonly [Name in keyof M]: M[Name] extends Member<infer T> ? T : never };

export type ReadBody<M> =
  | { readonly ok: true; readonly value: Values<M> }
  | { readonly ok: false; readonly answer: Answer };

export const optional = <T>({ fits, must }: Member<T>): Member<T | undefined> => ({
  fits: (value): value is T | undefined => value === undefined || fits(value),
  must,
});

export const oneOf = <const T extends string>(...words: readonly T[]): Member<T> => ({
  fits: (value): value is T => words.some((word) => word === value),
  must: `must be ${words.map((word) => `"${word}"`).join(" or ")}`,
});

/** Judged by whoever reads it. */
export const anything: Member<unknown> = { fits: (_value): _value is unknown => true, must: "may be anything" };

/** Of a run, a caller or a tool, as lists have it. */
export const aName: Member<string> = {
  fits: (value): value is string => typeof value === "string" && value.length > 0 && value.length <= 1024,
  must: "must be a text of 1 to 1024 characters",
};

const MOST_LETTERS = 128;

/** Who decided, as people read it again in lists, journal and log: nothing in it hides. */
export const aPerson: Member<string> = {
  fits: (value): value is string =>
    typeof value === "string" &&
    value.length <= 2 * MOST_LETTERS &&
    [...value].length <= MOST_LETTERS &&
    /^\S(?:.*\S)?$/u.test(value) &&
    visible(value) === value,
  must: `must be a name of 1 to ${MOST_LETTERS} visible characters, without blanks around it`,
};

/** No body at all is an empty object: what is missing then is said by name. */
export const readBody = <const M extends Members>(request: AdminRequest, members: M): ReadBody<M> => {
  const read = readObject(request);
  if (!read.ok) return read;
  const issues = [...unknownMembers(read.value, members), ...wrongMembers(read.value, members)];
  if (issues.length > 0) {
    const told = issues.map(({ path, message }) => `${path} ${message}`).join("; ");
    return { ok: false, answer: problem(PROBLEMS.badBody, `${told}.`, issues) };
  }
  const values = Object.fromEntries(Object.keys(members).map((name) => [name, own(read.value, name)]));
  // Every member was just judged by the guard that its type comes from.
  return { ok: true, value: values as Values<M> };
};

const own = (object: JsonObject, name: string): unknown => (Object.hasOwn(object, name) ? object[name] : undefined);

/** Deeper than any grant; the validators behind this recurse. */
const MAX_DEPTH = 32;
const JSON_TYPE = /^application\/json[ \t]*(?:;[ \t]*charset=(?:utf-8|"utf-8")[ \t]*)?$/i;

const readObject = ({
  contentType,
  body,
}: AdminRequest):
  | { readonly ok: true; readonly value: JsonObject }
  | { readonly ok: false; readonly answer: Answer } => {
  if (body.length === 0) return { ok: true, value: {} };
  if (!JSON_TYPE.test(contentType ?? "")) {
    const detail = "Send the body as `Content-Type: application/json`, in UTF-8.";
    return { ok: false, answer: problem(PROBLEMS.mediaType, detail) };
  }
  const read = parseStrictJson(body, { maxDepth: MAX_DEPTH, unsafeNumbers: "refuse" });
  if (!read.ok) {
    const { code, detail, issues } = read.refusal;
    const kind = { status: 400, code, title: refusalCodes[code].title };
    return {
      ok: false,
      answer: problem(
        kind,
        detail,
        issues.map(({ path, message }) => ({ path, message })),
      ),
    };
  }
  // What parseStrictJson gives is JSON.
  if (isJsonObject(read.value)) return { ok: true, value: read.value as JsonObject };
  const issue = { path: "", message: "must be an object" };
  return { ok: false, answer: problem(PROBLEMS.badBody, "The body must be a JSON object.", [issue]) };
};

const unknownMembers = (body: JsonObject, members: Members): readonly BodyIssue[] => {
  const known = Object.keys(members);
  return Object.keys(body)
    .filter((name) => !Object.hasOwn(members, name))
    .slice(0, MOST_TOLD)
    .map((name) => {
      const [nearest] = nearestNames(name, known);
      const mend = nearest === undefined ? `these are known: ${known.join(", ")}` : `did you mean ${nearest}?`;
      return { path: `/${escapePointer(name)}`, message: `is not known here: ${mend}` };
    });
};
const MOST_TOLD = 10;

const wrongMembers = (body: JsonObject, members: Members): readonly BodyIssue[] =>
  Object.entries(members)
    .filter(([name, { fits }]) => !fits(own(body, name)))
    .map(([name, { must }]) => ({
      path: `/${escapePointer(name)}`,
      message: Object.hasOwn(body, name) ? must : `is missing: it ${must}`,
    }));
