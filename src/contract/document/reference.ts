// Local references of a document (`#/…`), followed without ever leaving it. Remote references are refused, never fetched:
// what a contract means must not depend on what a server answers. RFC 6901 for pointers.
import { type JsonObject, isJsonObject, memberOf } from "../../call.ts";
import { escapePointer, valueAt } from "../../json/pointer.ts";
import type { SchemaProblem } from "../../schema/schema.ts";

export type Located = { readonly value: JsonObject; readonly pointer: string };
type Resolved = ({ readonly ok: true } & Located) | { readonly ok: false; readonly problem: SchemaProblem };

/** An own member; never what a prototype has. */
export const member = (value: unknown, name: string): unknown =>
  isJsonObject(value) ? memberOf(value, name) : undefined;

export const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** Own entries in document order; nothing for what is no object. */
export const entriesOf = (value: unknown): readonly (readonly [string, unknown])[] =>
  isJsonObject(value) ? Object.entries(value) : [];

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** One step down a JSON Pointer. */
export const step = (pointer: string, ...names: readonly (string | number)[]): string =>
  names.reduce<string>((path, name) => `${path}/${escapePointer(String(name))}`, pointer);

/** The JSON Pointer that a local reference names, or undefined for references that leave the document or name an anchor. */
export const localPointer = (reference: string): string | undefined => {
  if (reference === "#") return "";
  if (!reference.startsWith("#/")) return undefined;
  try {
    return decodeURIComponent(reference.slice(1));
  } catch {
    return undefined;
  }
};

const broken = (pointer: string, message: string, mend: string): Resolved => ({
  ok: false,
  problem: { pointer, message, mend },
});

export const remoteProblem = (pointer: string, reference: string): SchemaProblem => ({
  pointer,
  message: `the reference ${JSON.stringify(reference)} leaves the document or is no JSON Pointer`,
  mend: "bundle the document into one file, so that every $ref starts with #/",
});

export const danglingProblem = (pointer: string, reference: string): SchemaProblem => ({
  pointer,
  message: `the reference ${JSON.stringify(reference)} points at nothing`,
  mend: "correct the $ref or add what it names",
});

/** Follows `$ref` until an object without one is reached. `pointer` is where `value` stands. */
export const resolve = (root: unknown, value: unknown, pointer: string): Resolved => {
  const seen = new Set<string>();
  let at = pointer;
  let current = value;
  for (;;) {
    if (!isJsonObject(current)) return broken(at, "must be an object", "write it as OpenAPI defines it");
    const reference = member(current, "$ref");
    if (reference === undefined) return { ok: true, value: current, pointer: at };
    const target = typeof reference === "string" ? localPointer(reference) : undefined;
    if (target === undefined) return { ok: false, problem: remoteProblem(step(at, "$ref"), String(reference)) };
    if (seen.has(target)) return broken(at, "the reference leads back to itself", "point the $ref at a definition");
    seen.add(target);
    const next = valueAt(root, target);
    if (next === undefined) return { ok: false, problem: danglingProblem(step(at, "$ref"), String(reference)) };
    current = next;
    at = target;
  }
};
