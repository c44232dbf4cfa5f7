// Reads a schema against the closed list, without compiling it: whatever could not be enforced exactly as written is a
// problem with its place and mend. All of them at once; a schema without problems compiles and means what it says.
import { escapePointer } from "../json/pointer.ts";
import { isKnownFormat, type FormatMode } from "./formats.ts";
import { children, isSchemaObject, knownKeywords, shapeProblem } from "./keywords.ts";
import { compilePattern } from "./pattern.ts";
import { createResolver, type Resolver } from "./resolve.ts";
import type { JsonSchema, SchemaObject, SchemaProblem } from "./schema.ts";
import { readNamedFormat } from "./zod-formats.ts";

interface InspectOptions {
  readonly formats: FormatMode;
}

const dialects: readonly string[] = [
  "https://json-schema.org/draft/2020-12/schema",
  "https://json-schema.org/draft/2020-12/schema#",
];

/** Keywords that assert something which is not enforced here: refused everywhere, also in documents. */
const refusedKeywords: ReadonlyMap<string, string> = new Map([
  ["$dynamicRef", "Use $ref to a schema in $defs."],
  ["$dynamicAnchor", "Use $anchor, or $ref to a schema in $defs."],
  ["$recursiveRef", "Use $ref to a schema in $defs."],
  ["$recursiveAnchor", "Use $anchor, or $ref to a schema in $defs."],
  ["$vocabulary", "Remove it: the vocabularies of 2020-12 are always on."],
  ["dependencies", "Use dependentRequired or dependentSchemas."],
  ["additionalItems", "Use prefixItems for the first items and items for the rest."],
]);

type Report = (pointer: string, message: string, mend: string) => void;
interface Inspection {
  readonly report: Report;
  readonly isAuthored: boolean;
  readonly resolver: Resolver;
}

const inspectKeyword = ({ report, isAuthored }: Inspection, keyword: string, value: unknown, pointer: string): void => {
  const refused = refusedKeywords.get(keyword);
  if (refused !== undefined) report(pointer, `The keyword ${keyword} is not enforced here.`, refused);
  else if (!knownKeywords.has(keyword)) {
    if (isAuthored && !keyword.startsWith("x-"))
      report(pointer, `The keyword ${keyword} is not known.`, "Correct it or remove it; own remarks begin with x-.");
  } else if (keyword !== "x-format" || isAuthored) {
    const must = shapeProblem(keyword, value);
    if (must !== undefined) report(pointer, `The keyword ${keyword} must be ${must}.`, `Write ${must} there.`);
  }
};

const inspectPattern = (report: Report, source: string, pointer: string): void => {
  const pattern = compilePattern(source);
  if ("problem" in pattern)
    report(
      pointer,
      `The pattern /${source}/ ${pattern.problem}.`,
      "Write it without that, so that it can be checked in linear time.",
    );
};

const inspectNames = ({ report, isAuthored }: Inspection, schema: SchemaObject, pointer: string): void => {
  const { format, pattern, patternProperties } = schema;
  if (isAuthored && typeof format === "string" && !isKnownFormat(format))
    report(`${pointer}/format`, `The format ${format} is not enforced here.`, "Use a pattern, or remove the format.");
  if (typeof pattern === "string") inspectPattern(report, pattern, `${pointer}/pattern`);
  if (isSchemaObject(patternProperties))
    for (const source of Object.keys(patternProperties))
      inspectPattern(report, source, `${pointer}/patternProperties/${escapePointer(source)}`);
  if (!isAuthored || !isSchemaObject(schema["x-format"])) return;
  const named = readNamedFormat(schema["x-format"]);
  if (typeof named !== "function")
    report(`${pointer}/x-format`, `The x-format ${named.problem}.`, "Use a format that checkrein knows.");
};

const inspectIdentity = ({ report, resolver }: Inspection, schema: SchemaObject, pointer: string): void => {
  const { $schema, $id, $anchor, $ref } = schema;
  if (typeof $schema === "string" && !dialects.includes($schema))
    report(`${pointer}/$schema`, `The dialect ${$schema} is not enforced here.`, `Use ${dialects[0]}.`);
  if (typeof $id === "string" && /#./.test($id))
    report(`${pointer}/$id`, "An $id must not have a fragment.", "Use $anchor.");
  if (typeof $anchor === "string" && !/^[A-Za-z_][-A-Za-z0-9._]*$/.test($anchor))
    report(
      `${pointer}/$anchor`,
      `The $anchor ${$anchor} is no name.`,
      "Use letters, digits, '-', '.' and '_', with a letter first.",
    );
  if (typeof $ref === "string" && resolver.target(schema) === undefined)
    report(
      `${pointer}/$ref`,
      `The reference ${$ref} leads to no schema inside this one.`,
      "Put the schema under $defs and refer to it there; nothing is fetched.",
    );
};

/** Subschemas that judge the very same value: going through them consumes nothing of it. */
const inPlace: readonly string[] = ["allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas"];

const inspectLoops = ({ report, resolver }: Inspection): void => {
  const pointers = new Map<JsonSchema, string>(resolver.places.map((place) => [place.schema, place.pointer]));
  const finished = new Set<JsonSchema>();
  for (const { schema } of resolver.places) {
    const path = new Set<JsonSchema>();
    // Iterative depth first search: a schema may be nested deeper than the stack.
    const waiting: { readonly schema: JsonSchema; readonly leave: boolean }[] = [{ schema, leave: false }];
    for (let step = waiting.pop(); step !== undefined; step = waiting.pop()) {
      if (step.leave) {
        path.delete(step.schema);
        finished.add(step.schema);
        continue;
      }
      if (!isSchemaObject(step.schema) || finished.has(step.schema)) continue;
      if (path.has(step.schema)) {
        report(
          pointers.get(step.schema) ?? "",
          "This schema refers to itself without going into a member or item, so that it never ends.",
          "Let the reference stand inside properties or items.",
        );
        finished.add(step.schema);
        continue;
      }
      path.add(step.schema);
      waiting.push({ schema: step.schema, leave: true });
      const target = resolver.target(step.schema);
      if (target !== undefined) waiting.push({ schema: target, leave: false });
      for (const child of children(step.schema))
        if (inPlace.includes(child.keyword)) waiting.push({ schema: child.schema, leave: false });
    }
  }
};

/** Why the schema cannot be enforced as it is written; empty when it can. */
export const inspectSchema = (schema: unknown, options: InspectOptions): readonly SchemaProblem[] => {
  const problems: SchemaProblem[] = [];
  const report: Report = (pointer, message, mend) => problems.push({ pointer, message, mend });
  if (typeof schema === "boolean") return problems;
  if (!isSchemaObject(schema)) {
    report("", "A schema must be an object or a boolean.", "Write an object.");
    return problems;
  }
  const resolver = createResolver(schema);
  const inspection: Inspection = { report, isAuthored: options.formats === "assert", resolver };
  for (const place of resolver.places) {
    if (!isSchemaObject(place.schema)) continue;
    for (const [keyword, value] of Object.entries(place.schema))
      inspectKeyword(inspection, keyword, value, `${place.pointer}/${escapePointer(keyword)}`);
    inspectNames(inspection, place.schema, place.pointer);
    inspectIdentity(inspection, place.schema, place.pointer);
  }
  for (const place of resolver.duplicates)
    report(place.pointer, "The same $id or $anchor stands twice.", "Give each its own name.");
  inspectLoops(inspection);
  return problems;
};
