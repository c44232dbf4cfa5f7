// Draft-07, which MCP servers declare, becomes 2020-12 once, at load: one schema of exactly the same meaning, for the one
// validator. A schema says which it is in `$schema`; nothing is guessed from its keywords.
import { draft2020, is2020, isDraft07 } from "./draft-07-dialect.ts";
import { writeDocument } from "./draft-07-document.ts";
import { isSchemaObject } from "./keywords.ts";
import type { JsonSchema, SchemaProblem } from "./schema.ts";

type Converted =
  | { readonly ok: true; readonly schema: JsonSchema }
  | { readonly ok: false; readonly problems: readonly SchemaProblem[] };

/** No `$schema` is 2020-12; undefined: a dialect that is not enforced here. */
export const readDialect = (schema: JsonSchema): "2020-12" | "draft-07" | undefined => {
  if (!isSchemaObject(schema) || !Object.hasOwn(schema, "$schema")) return "2020-12";
  const declared = schema["$schema"];
  if (is2020(declared)) return "2020-12";
  return isDraft07(declared) ? "draft-07" : undefined;
};

/** The 2020-12 schema that means what this one means as draft-07. `inspectSchema` judges the result as any other. */
export const fromDraft07 = (schema: JsonSchema): Converted => {
  if (!isSchemaObject(schema)) return { ok: true, schema };
  const problems: SchemaProblem[] = [];
  const written = writeDocument(schema, (pointer, message, mend) => problems.push({ pointer, message, mend }));
  return problems.length > 0 ? { ok: false, problems } : { ok: true, schema: written };
};

/** Any schema that is enforced here, as 2020-12; one that is 2020-12 already is returned as it is. */
export const toDraft2020 = (schema: JsonSchema): Converted => {
  const dialect = readDialect(schema);
  if (dialect === "2020-12") return { ok: true, schema };
  if (dialect === "draft-07") return fromDraft07(schema);
  const declared = isSchemaObject(schema) ? schema["$schema"] : undefined;
  const problem = {
    pointer: "/$schema",
    message: `The dialect ${typeof declared === "string" ? declared : JSON.stringify(declared)} is not enforced here.`,
    mend: `Use ${draft2020} or http://json-schema.org/draft-07/schema#.`,
  };
  return { ok: false, problems: [problem] };
};
