// The live surface and the judge of calls never disagree: for every grant, what a listed schema takes passes the arguments
// step, and what passes it is an instance of the listed schema, in every form of the list.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { Run } from "../../src/call.ts";
import type { Contract } from "../../src/contract/contract.ts";
import { surfaceOf } from "../../src/ingress/surface.ts";
import { listTools } from "../../src/ingress/tools.ts";
import { createToolList } from "../../src/ingress/mcp/list.ts";
import { githubDocument, namesOf, writeOperations } from "../support/github-contracts.ts";
import { listOf, memberOf } from "../support/json.ts";
import { mutationsOf } from "../support/mutations.ts";
import { valuesOf } from "../support/schema-values.ts";
import { createSecondOpinion } from "../support/second-opinion.ts";
import { isLong, seed } from "../support/seed.ts";
import { writeContracts } from "../support/contracts-folder.ts";
import { type ArgumentStep, startArgumentStep } from "./argument-step.ts";
import { fitTogether, grantsFor } from "./grants.ts";

const path = (relative: string): string => fileURLToPath(new URL(`../../${relative}`, import.meta.url));

/** What authors seldom write: schemas that refer to their root, unions and conditions at the root. */
const awkward = (): string => {
  const file = (tool: string, schema: object): string => `import { defineContract, jsonSchema, local } from "checkrein";
    export default defineContract({ tool: "${tool}", description: "A tool.", operation: local(),
      input: jsonSchema(${JSON.stringify(schema)}) });`;
  const text = { type: "string" };
  const closed = (properties: object, more: object = {}): object => ({
    type: "object",
    properties,
    additionalProperties: false,
    ...more,
  });
  const tree = { name: text, size: { type: "integer" }, below: { type: "array", maxItems: 2, items: { $ref: "#" } } };
  const defined = { a: { $ref: "#/$defs/a" }, b: { $ref: "#/$defs/a", maxLength: 3 }, c: { const: 1 } };
  return writeContracts({
    "tree.ts": file("tree", closed(tree, { required: ["name"] })),
    "either.ts": file("either", closed({ a: text, b: text }, { oneOf: [{ required: ["a"] }, { required: ["b"] }] })),
    "both.ts": file(
      "both",
      closed({ a: text, b: { type: "integer" } }, { dependentRequired: { a: ["b"] }, minProperties: 1 }),
    ),
    "defined.ts": file(
      "defined",
      closed(defined, { required: ["a", "b"], $defs: { a: { ...text, enum: ["x", "yy", "zzzz"] } } }),
    ),
    "open.ts": file(
      "same",
      closed({ list: { type: "array", items: { type: ["integer", "null"] }, uniqueItems: true } }),
    ),
  });
};

/** Every so manieth operation of GitHub's description, as it is. */
const github = (): string => {
  const operations = namesOf(JSON.parse(readFileSync(githubDocument, "utf8")));
  const step = isLong ? 5 : 40;
  const sample = operations.filter((_, index) => index % step === 0);
  return writeOperations({ document: githubDocument, operations: sample }).folder;
};

const SETS: Readonly<Record<string, () => string>> = {
  airline: () => path("contracts/airline"),
  shop: () => path("contracts/shop"),
  rules: () => path("examples/rules"),
  cases: () => path("test/case/contracts"),
  awkward,
  github,
};

const validators = new Map<string, (value: unknown) => boolean>();
const validatorOf = (schema: unknown): ((value: unknown) => boolean) => {
  const text = JSON.stringify(schema);
  const known = validators.get(text) ?? createSecondOpinion().compile(JSON.parse(text));
  if (validators.size > 2000) validators.clear();
  validators.set(text, known);
  return known;
};

interface Listed {
  readonly form: string;
  readonly schema: unknown;
  readonly isValid: (args: unknown) => boolean;
}

/** Some forms leave out what cannot be called; of a schema it makes no difference. */
const jsonOf = (contracts: readonly Contract[], run: Run, query: string): unknown => {
  const shown = surfaceOf(contracts, run).map((tool) => ({ ...tool, isCallable: true }));
  const listed = listTools(shown, query);
  if (!listed.ok) throw new Error(listed.refusal.detail);
  return JSON.parse(listed.value);
};

const firstOf = (contract: Contract, run: Run, query: string): unknown =>
  listOf(memberOf(jsonOf([contract], run, query), "tools"))[0];

const known = new WeakMap<Run, readonly Listed[]>();

/** The one tool's arguments, in every form of the list. A run here is one tool's. */
const formsOf = (contract: Contract, run: Run): readonly Listed[] => {
  const forms = known.get(run) ?? writeForms(contract, run);
  known.set(run, forms);
  return forms;
};

const writeForms = (contract: Contract, run: Run): readonly Listed[] => {
  const only = [contract];
  const first = (query: string): unknown => firstOf(contract, run, query);
  const page = createToolList(surfaceOf(only, run), contract.digest).page("modern", undefined);
  const modern = page.ok ? listOf(JSON.parse(`{${page.value}}`).tools)[0] : undefined;
  const document = jsonOf(only, run, "format=json-schema");
  const call = validatorOf(document);
  const shown = [
    ["", memberOf(first(""), "inputSchema")],
    ["mcp", memberOf(first("format=mcp"), "inputSchema")],
    ["tools/list", memberOf(modern, "inputSchema")],
    ["openai", memberOf(memberOf(first("format=openai"), "function"), "parameters")],
    ["anthropic", memberOf(first("format=anthropic"), "input_schema")],
  ] as const;
  const isLeftOut = (form: string): boolean =>
    memberOf(jsonOf(only, run, `format=${form}`), "notAccepted") !== undefined;
  return [
    ...shown
      .filter(([form, schema]) => schema !== undefined || !isLeftOut(form))
      .map(([form, schema]) => ({ form, schema, isValid: validatorOf(schema) })),
    { form: "json-schema", schema: document, isValid: (args) => call({ tool: contract.tool, arguments: args }) },
  ];
};

/** The forms' judgement is one; formats are annotations to the second opinion, and asserted by the sidecar. */
const isFormatAlone = (issues: readonly { readonly code: string }[]): boolean =>
  issues.length > 0 && issues.every(({ code }) => code === "format");

const runOf = (...grants: Run["grants"]): Run => ({ id: "run", lineage: ["run"], grants, expiresAt: undefined });

describe.each(Object.keys(SETS))("contracts of %s", (name) => {
  let step: ArgumentStep;
  beforeAll(async () => {
    step = await startArgumentStep(SETS[name]?.() ?? "");
  }, 60_000);

  it("lists for every grant what the arguments step takes, no more and no less", async () => {
    const counts = { passed: 0, refused: 0, unjudged: 0, strict: 0 };
    const { catalog } = step;
    const values = (schema: unknown): fc.Arbitrary<unknown> => valuesOf(schema);
    const cases = fc.constantFrom(...catalog.contracts).chain((contract) => {
      const isTaken = validatorOf(contract.inputSchema);
      const samples = fc.array(values(contract.inputSchema), { minLength: 1, maxLength: 4 });
      return samples.chain((given) => {
        const taken = given.filter((value) => isTaken(value));
        const grants = fc
          .array(grantsFor(catalog, contract, taken), { minLength: 0, maxLength: 2 })
          .filter((all) => fitTogether(catalog, all));
        return grants.chain((all) => {
          const run = runOf({}, ...all);
          const forms = formsOf(contract, run);
          const generated = forms
            .filter(({ form }) => form === "" || form === "openai")
            .map(({ schema }) => values(schema));
          const made = fc.oneof(...generated, values(contract.inputSchema), fc.constantFrom({}, ...taken));
          const args = fc.oneof({ weight: 3, arbitrary: made }, { weight: 2, arbitrary: made.chain(mutationsOf) });
          return fc.record({ contract: fc.constant(contract), run: fc.constant(run), args });
        });
      });
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ contract, run, args }) => {
        const text = JSON.stringify(args);
        fc.pre(!text.includes('"toString"')); // plain Ajv compares values with theirs, and throws
        const given: unknown = JSON.parse(text);
        const verdict = await step.judge(contract, run, given);
        counts[verdict.kind] += 1;
        if (memberOf(memberOf(firstOf(contract, run, "format=openai"), "function"), "strict") === true)
          counts.strict += 1;
        if (verdict.kind === "unjudged") return;
        if (verdict.kind === "refused" && isFormatAlone(verdict.issues)) return;
        const forms = formsOf(contract, run);
        const isTaken = verdict.kind === "passed";
        const said = forms.map(({ form, isValid }) => [form, isValid(given)]);
        const about = JSON.stringify({ tool: contract.tool, grants: run.grants, given, verdict });
        expect([about, said]).toEqual([about, forms.map(({ form }) => [form, isTaken])]);
      }),
      { seed, numRuns: isLong ? 2000 : 60 },
    );
    console.log(`${name}, seed ${seed}: ${JSON.stringify(counts)}`);
    expect(counts.passed).toBeGreaterThan(counts.unjudged);
    expect(counts.refused).toBeGreaterThan(10);
  }, 1_200_000);
});
