// The only file that knows Ajv. One instance per compiled schema: a shared one keeps every schema for ever,
// and a fresh one costs 0.1 ms beside the 0.7 ms of a compile. The core with the vocabulary of 2020-12, not the class
// Ajv2020: that one always tracks evaluated items, and writes code with undeclared names for some nested unions.
import core, { _, type ErrorObject, type KeywordCxt, type ValidateFunction } from "ajv/dist/core.js";
import draft2020 from "ajv/dist/vocabularies/draft2020.js";
import { compilePattern } from "./pattern.ts";
import { lateKeywords, ownKeywords, type Rewritten } from "./rewrite.ts";

// Ajv asks for a linear engine like this; a pattern without one was refused by `inspect.ts`.
const linearEngine = Object.assign(
  (source: string) => {
    const pattern = compilePattern(source);
    if ("problem" in pattern)
      throw new Error(`The pattern /${source}/ ${pattern.problem}. Inspect the schema before it is compiled.`);
    // Ajv's type asks for all of RegExp, its generated code only for `test`.
    return pattern as unknown as RegExp;
  },
  { code: "linearEngine" },
);

type Ajv = InstanceType<typeof core.default>;

/** `decide`: the verdict alone. `explain`: all that is wrong. `first`: the first thing that is wrong. */
export type Purpose = "decide" | "explain" | "first";

const createInstance = (purpose: Purpose): Ajv =>
  new core.default({
    strict: false,
    next: true,
    // The schema was inspected and rewritten; Ajv's own reading of it would only add cost.
    meta: false,
    validateSchema: false,
    addUsedSchema: false,
    logger: false,
    messages: false,
    ownProperties: true,
    allErrors: purpose === "explain",
    verbose: purpose !== "decide",
    // A first call waits for the compile: without inlining and a pass for shorter code it takes half of the time, and
    // the verdict no longer.
    inlineRefs: false,
    code: { regExp: linearEngine, optimize: false },
  });

const addKeywords = (ajv: Ajv, { assertions }: Rewritten): void => {
  for (const vocabulary of draft2020.default) ajv.addVocabulary([...vocabulary]);
  for (const keyword of ownKeywords)
    ajv.addKeyword({
      keyword: `own-${keyword}`,
      post: lateKeywords.includes(keyword),
      code: (context: KeywordCxt) => {
        const place: unknown = context.schema;
        const assertion = context.gen.scopeValue("func", { ref: assertions[Number(place)] });
        context.pass(_`${assertion}(${context.data})`);
      },
    });
};

/** Ajv's function for a rewritten schema. Its `errors` stand on the function until the next run. */
export const compileRewritten = (rewritten: Rewritten, purpose: Purpose): ValidateFunction => {
  const ajv = createInstance(purpose);
  addKeywords(ajv, rewritten);
  return ajv.compile(rewritten.schema);
};

export type { ErrorObject };
