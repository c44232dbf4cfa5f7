// One draft-07 document, written as 2020-12. Every schema is written once, and every `$ref` becomes a pointer from the root
// to where its target now stands: so moved keywords, `$id`s and the ignored neighbours of a `$ref` are all one case.
import { below, nameOf, valueAt } from "../json/pointer.ts";
import { localBase, readIdentity, readReference, type Report } from "./draft-07-identity.ts";
import { writeBesideReference, writeKeywords, type Spot } from "./draft-07-keywords.ts";
import { isDraft07 } from "./draft-07-dialect.ts";
import { isSchema, isSchemaObject } from "./keywords.ts";
import type { JsonSchema, SchemaObject } from "./schema.ts";

interface Place {
  /** Pointers: in the author's document, and in the one that is written. */
  readonly from: string;
  readonly to: string;
  /** The URI that references inside it start from. */
  readonly base: string;
}

interface Reference {
  /** Written already; its `$ref` is put in when the target's place is known. */
  readonly written: Record<string, unknown>;
  readonly reference: string;
  readonly place: Place;
}

interface Work {
  readonly root: SchemaObject;
  readonly report: Report;
  readonly places: Map<string, Place>;
  /** Identifiers and the pointers of what they name. */
  readonly identifiers: Map<string, string>;
  /** Grows while it is worked off. */
  readonly references: Reference[];
  /** References to identifiers that have not been met. */
  readonly waiting: Map<string, Reference[]>;
  /** Targets that stood where draft-07 holds no schemas, by their name in the root's `$defs`. */
  readonly hoisted: Map<string, unknown>;
}

const fragmentOf = (pointer: string): string => `#${encodeURI(pointer.toWellFormed()).replaceAll("#", "%23")}`;

const register = (work: Work, identifier: string, pointer: string): void => {
  if (work.identifiers.has(identifier)) {
    work.report(`${pointer}/$id`, "The same $id stands twice.", "Give each its own name.");
    return;
  }
  work.identifiers.set(identifier, pointer);
  for (const reference of work.waiting.get(identifier) ?? []) work.references.push(reference);
  work.waiting.delete(identifier);
};

const checkDialect = (work: Work, schema: SchemaObject, pointer: string): void => {
  if (Object.hasOwn(schema, "$schema") && !isDraft07(schema["$schema"]))
    work.report(`${pointer}/$schema`, "Another dialect stands inside a draft-07 schema.", "Write all of it in one.");
};

const spotAt = (work: Work, schema: SchemaObject, place: Place): Spot => ({
  schema,
  isRoot: place.from === "",
  write: (from, to, value) =>
    write(work, value, { from: below(place.from, ...from), to: below(place.to, ...to), base: place.base }),
  report: (path, message, mend) => work.report(below(place.from, ...path), message, mend),
});

const writeReference = (work: Work, schema: SchemaObject, place: Place): SchemaObject => {
  const written: Record<string, unknown> = Object.fromEntries(writeBesideReference(spotAt(work, schema, place)));
  const reference = schema["$ref"];
  // Anything else stays as it is: the inspection of the result says what it must be.
  if (typeof reference === "string") work.references.push({ written, reference, place });
  return written;
};

const writeObject = (work: Work, schema: SchemaObject, place: Place): SchemaObject => {
  if (Object.hasOwn(schema, "$ref")) {
    work.places.set(place.from, place);
    return writeReference(work, schema, place);
  }
  checkDialect(work, schema, place.from);
  const { base, identifiers } = readIdentity(schema, place.base, place.from, work.report);
  for (const identifier of identifiers) register(work, identifier, place.from);
  const inside = { ...place, base };
  work.places.set(place.from, inside);
  return Object.fromEntries(writeKeywords(spotAt(work, schema, inside)));
};

const write = (work: Work, schema: unknown, place: Place): unknown => {
  if (isSchemaObject(schema)) {
    const known = work.places.get(place.from);
    // Hoisted before what holds it. Not written again: nested targets would multiply.
    return known === undefined ? writeObject(work, schema, place) : { $ref: fragmentOf(known.to) };
  }
  if (typeof schema === "boolean") work.places.set(place.from, place);
  return schema;
};

/** Its own name, or its whole pointer: one that is counted up could be made to count long. */
const freeName = (work: Work, pointer: string): string => {
  // Beside a `$ref` they are not written.
  const definitions = Object.hasOwn(work.root, "$ref") ? undefined : work.root["definitions"];
  const isTaken = (name: string): boolean =>
    work.hoisted.has(name) || (isSchemaObject(definitions) && Object.hasOwn(definitions, name));
  let name = nameOf(pointer);
  if (isTaken(name)) name = pointer;
  while (isTaken(name)) name += "'";
  return name;
};

/** Of the innermost known schema around it. */
const baseAround = (work: Work, pointer: string): string => {
  for (let at = pointer; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) {
    const place = work.places.get(at);
    if (place !== undefined) return place.base;
  }
  return work.places.get("")?.base ?? localBase;
};

const hoist = (work: Work, pointer: string, schema: JsonSchema): Place => {
  const name = freeName(work, pointer);
  const place = { from: pointer, to: below("", "$defs", name), base: baseAround(work, pointer) };
  // Its name is taken before its inside is written.
  work.hoisted.set(name, true);
  work.hoisted.set(name, write(work, schema, place));
  return place;
};

const reportMissing = (work: Work, { reference, place }: Reference): void =>
  work.report(
    `${place.from}/$ref`,
    `The reference ${reference} leads to no schema inside this one.`,
    "Put the schema under definitions and refer to it there; nothing is fetched.",
  );

const resolve = (work: Work, reference: Reference): void => {
  const wanted = readReference(reference.reference, reference.place.base);
  if (wanted === undefined) return reportMissing(work, reference);
  const start = work.identifiers.get(wanted.identifier);
  if (start === undefined) {
    const others = work.waiting.get(wanted.identifier);
    if (others === undefined) work.waiting.set(wanted.identifier, [reference]);
    else others.push(reference);
    return;
  }
  const pointer = `${start}${wanted.pointer}`;
  const target = valueAt(work.root, pointer);
  if (!isSchema(target)) return reportMissing(work, reference);
  const place = work.places.get(pointer) ?? hoist(work, pointer, target);
  reference.written["$ref"] = fragmentOf(place.to);
};

/** How much text a value is, up to where it is too much. */
const sizeOf = (value: unknown, most: number): number => {
  const waiting: unknown[] = [value];
  let size = 0;
  while (waiting.length > 0 && size <= most) {
    const one = waiting.pop();
    size += typeof one === "string" ? one.length : 1;
    if (typeof one !== "object" || one === null) continue;
    for (const [name, inner] of Object.entries(one)) {
      size += name.length;
      waiting.push(inner);
    }
  }
  return size;
};

/** Schemas are written once, but remarks and data stay as they are, with all the targets that stand inside them. */
const checkSize = (work: Work, written: SchemaObject): void => {
  const most = 10 * sizeOf(work.root, Infinity) + 10_000;
  if (sizeOf(written, most) > most)
    work.report(
      "",
      "References into remarks or data make this schema many times as large.",
      "Put the schemas that are referred to under definitions.",
    );
};

/** What is wrong is reported at its pointer in the author's document; the shape of the result is left to `inspectSchema`. */
export const writeDocument = (root: SchemaObject, report: Report): SchemaObject => {
  const work: Work = {
    root,
    report,
    places: new Map(),
    identifiers: new Map([[localBase, ""]]),
    references: [],
    waiting: new Map(),
    hoisted: new Map(),
  };
  const written = writeObject(work, root, { from: "", to: "", base: localBase });
  for (const reference of work.references) resolve(work, reference);
  for (const reference of [...work.waiting.values()].flat()) reportMissing(work, reference);
  if (work.hoisted.size === 0) return written;
  const definitions = isSchemaObject(written["$defs"]) ? Object.entries(written["$defs"]) : [];
  const whole = { ...written, $defs: Object.fromEntries([...definitions, ...work.hoisted]) };
  checkSize(work, whole);
  return whole;
};
