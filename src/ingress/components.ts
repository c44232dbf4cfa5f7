// Schemas of many contracts in one OpenAPI document. References in them mean places of their own schema: what they name stands
// in components, and so does a schema that refers to its root. Nothing is there that nothing refers to. OpenAPI 3.1, Components
// Object.
import { isJsonObject, memberOf } from "../call.ts";
import { definitionIn } from "../contract/definitions.ts";
import type { SchemaObject } from "../schema/schema.ts";

/** A schema as its contract has it. */
export interface Source {
  /** Components that come of it begin with this name. */
  readonly owner: string;
  readonly root: SchemaObject;
}

export interface Components {
  /** The part of the schema, with references that mean the same in the document. */
  place(source: Source, part: unknown): unknown;
  /** By name, of all that was placed. */
  schemas(): Readonly<Record<string, unknown>>;
}

/** `reserved`: names that are the document's own. */
export const createComponents = (...reserved: readonly string[]): Components => {
  const schemas = new Map<string, unknown>();
  const names = new Map<string, string>();

  const nameFor = (wanted: string): string => {
    let name = wanted.replaceAll(/[^a-zA-Z0-9._-]/g, "_");
    while (schemas.has(name) || reserved.includes(name)) name += "_";
    return name;
  };

  /** Without `definition` the schema as a whole. */
  const componentOf = (source: Source, definition?: string): string => {
    const key = JSON.stringify([source.owner, definition]);
    const known = names.get(key);
    if (known !== undefined) return known;
    const name = nameFor(definition === undefined ? source.owner : `${source.owner}.${definition}`);
    names.set(key, name);
    schemas.set(name, undefined); // taken, while what it refers to is placed
    schemas.set(name, place(source, definition === undefined ? bare(source.root) : definedIn(source, definition)));
    return name;
  };

  const refer = (source: Source, reference: string): string => {
    if (reference !== "#" && !reference.startsWith("#/")) return reference;
    const definition = definitionIn(reference, "/$defs");
    if (definition === undefined || definedIn(source, definition) === undefined)
      return `#/components/schemas/${componentOf(source)}${reference.slice(1)}`;
    const inside = reference.split("/").slice(3); // behind "#", "$defs" and the name
    return ["#/components/schemas", componentOf(source, definition), ...inside].join("/");
  };

  const place = (source: Source, part: unknown): unknown => {
    if (Array.isArray(part)) return part.map((item) => place(source, item));
    if (!isJsonObject(part)) return part;
    return Object.fromEntries(
      Object.entries(part).map(([keyword, member]) => [
        keyword,
        keyword === "$ref" && typeof member === "string" ? refer(source, member) : place(source, member),
      ]),
    );
  };

  return { place, schemas: () => Object.fromEntries(schemas) };
};

const definedIn = ({ root }: Source, name: string): unknown => {
  const { $defs } = root;
  return isJsonObject($defs) ? memberOf($defs, name) : undefined;
};

/** With an identifier references in it would not mean the document; what the author noted of it may name what is left out. */
const bare = ({
  $defs: _moved,
  $id: _id,
  $schema: _dialect,
  examples: _examples,
  default: _default,
  ...root
}: SchemaObject) => root;
