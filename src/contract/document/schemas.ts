// The schemas of one document, converted once and shared: a definition is made on first use and every bundle that
// needs it holds the same frozen object, so that memory grows with the document and not with its operations.
//
// Free-form objects (`type: object` that names no member) stay open and are listed: closing them would allow only {}.
import { valueAt } from "../../json/pointer.ts";
import type { JsonSchema, SchemaProblem } from "../../schema/schema.ts";
import { type Findings, type Place, type Variant, type Work, convert, createFindings } from "./convert.ts";
import type { Source } from "./parts.ts";
import { danglingProblem, localPointer, remoteProblem } from "./reference.ts";

export type SchemaMode = "input" | "output";

interface Definition {
  readonly name: string;
  readonly findings: Findings;
  /** Undefined while it is being made: definitions may refer to themselves. */
  schema: JsonSchema | undefined;
}

/** Converts pieces that end up in one schema, and closes that schema over its definitions. */
export interface Bundle {
  convert(schema: unknown, pointer: string): JsonSchema;
  /** The schema with `$defs` for what it reaches, and nothing else. */
  finish(root: JsonSchema): JsonSchema;
  notices(): readonly string[];
  problems(): readonly SchemaProblem[];
}

export interface DocumentSchemas {
  createBundle(mode: SchemaMode): Bundle;
  /** One self-contained schema. */
  bundle(schema: unknown, pointer: string, mode: SchemaMode): JsonSchema;
}

/** One for each mode: in both, a component's usual form bears its plain name. */
interface Library {
  readonly source: Source;
  /** By variant and pointer. */
  readonly made: Map<string, Definition>;
  readonly byName: Map<string, Definition>;
  /** Base names by pointer: readable, and each one only once. */
  readonly names: Map<string, string>;
  readonly taken: Set<string>;
}

export const createDocumentSchemas = (source: Source): DocumentSchemas => {
  const shared = { source, names: new Map<string, string>(), taken: new Set<string>() };
  const libraries: Readonly<Record<SchemaMode, Library>> = {
    input: { ...shared, made: new Map(), byName: new Map() },
    output: { ...shared, made: new Map(), byName: new Map() },
  };
  return Object.freeze({
    createBundle: (mode: SchemaMode) => createBundle(libraries[mode], mode),
    bundle: (schema: unknown, pointer: string, mode: SchemaMode) => {
      const bundle = createBundle(libraries[mode], mode);
      return bundle.finish(bundle.convert(schema, pointer));
    },
  });
};

const createBundle = (library: Library, mode: SchemaMode): Bundle => {
  const findings = createFindings();
  const work = createWork(library, findings);
  const all = (): readonly Findings[] => [
    findings,
    ...reach(library, findings).map((definition) => definition.findings),
  ];
  return {
    convert: (schema, pointer) => convert(work, schema, { pointer, variant: mode === "input" ? "closed" : "output" }),
    finish: (root) => {
      if (typeof root === "boolean" || findings.references.size === 0) return root;
      const definitions = reach(library, findings).map(({ name, schema }) => [name, schema ?? false]);
      return Object.freeze({ ...root, $defs: Object.fromEntries(definitions) });
    },
    notices: () => [...new Set(all().flatMap(({ notices }) => Array.from(notices)))],
    problems: () => all().flatMap(({ problems }) => problems),
  };
};

const createWork = (library: Library, findings: Findings): Work => ({
  source: library.source,
  findings,
  refer: (work, reference, place) => refer(library, work, reference, place),
});

const reach = (library: Library, from: Findings): readonly Definition[] => {
  const reached = new Map<string, Definition>();
  const visit = (name: string): void => {
    const definition = library.byName.get(name);
    if (definition === undefined || reached.has(name)) return;
    reached.set(name, definition);
    definition.findings.references.forEach(visit);
  };
  from.references.forEach(visit);
  return [...reached.values()];
};

const refer = (library: Library, work: Work, reference: unknown, place: Place): string | undefined => {
  const { problems, references } = work.findings;
  const pointer = typeof reference === "string" ? localPointer(reference) : undefined;
  if (pointer === undefined) {
    problems.push(remoteProblem(place.pointer, String(reference)));
    return undefined;
  }
  const schema = valueAt(library.source.root, pointer);
  if (schema === undefined) {
    problems.push(danglingProblem(place.pointer, String(reference)));
    return undefined;
  }
  const definition = define(library, schema, { ...place, pointer });
  // A definition in the making may still close something: counted as if it does.
  work.findings.changes += definition.schema === undefined ? 1 : definition.findings.changes;
  references.add(definition.name);
  return definition.name;
};

const SUFFIX: Readonly<Record<Variant, string>> = {
  closed: "",
  output: "",
  open: ".open",
  loose: ".loose",
  raw: ".raw",
};

const define = (library: Library, schema: unknown, place: Place): Definition => {
  const key = `${place.variant} ${place.pointer}`;
  const known = library.made.get(key);
  if (known !== undefined) return known;
  const definition: Definition = {
    name: `${nameOf(library, place.pointer)}${SUFFIX[place.variant]}`,
    findings: createFindings(),
    schema: undefined,
  };
  library.made.set(key, definition);
  library.byName.set(definition.name, definition);
  definition.schema = convert(createWork(library, definition.findings), schema, place);
  return definition;
};

/** Letters that need no escape in a reference, and no dot: dots set the variant apart. */
const nameOf = (library: Library, pointer: string): string => {
  const known = library.names.get(pointer);
  if (known !== undefined) return known;
  const base = (pointer.split("/").at(-1) ?? "").replaceAll(/[^A-Za-z0-9_-]/g, "_") || "document";
  let name = base;
  for (let count = 2; library.taken.has(name); count++) name = `${base}_${count}`;
  library.taken.add(name);
  library.names.set(pointer, name);
  return name;
};
