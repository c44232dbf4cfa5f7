// Valid calls: the examples of the contracts that must pass, the forwarded calls of the regression cases, and calls made
// from the schemas.
import fc from "fast-check";
import type { Catalog, Contract, Example } from "../../src/contract/contract.ts";
import { cases, ownCases } from "../../test/case/case.ts";
import { valuesOf } from "../../test/support/schema-values.ts";
import type { Subject } from "./fault.ts";
import { type Shape, createShape } from "./shape.ts";
import type { ContractSet } from "./system.ts";

interface Around {
  readonly set: ContractSet;
  readonly contract: Contract;
  readonly shape: Shape;
  readonly tools: readonly string[];
}

const subjectOf = (
  { set, contract, shape, tools }: Around,
  name: string,
  { arguments: args, past = [], claims = {} }: Pick<Example, "arguments" | "past" | "claims">,
): Subject => ({
  set: set.name,
  name: `${contract.tool}: ${name}`,
  call: { tool: contract.tool, arguments: args },
  past,
  claims,
  shape,
  tools,
  pins: Object.keys(contract.pins),
});

/** What examples mean as arguments, agents write as JSON. */
const asSent = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const ofExamples = (around: Around): readonly Subject[] =>
  around.contract.examples
    .filter(({ refused }) => refused === undefined)
    .flatMap((example) => {
      const own = { arguments: asSent(example.arguments), past: example.past ?? [], claims: example.claims ?? {} };
      const others =
        own.past.length === 0 ? [] : ["2", "3", "4"].map((digit) => [digit, withOtherIds(own, digit)] as const);
      return [
        subjectOf(around, example.name, own),
        ...others.map(([digit, other]) => subjectOf(around, `${example.name}, ids with ${digit}`, other)),
      ];
    });

type Told = Required<Pick<Example, "arguments" | "past" | "claims">>;

/** The same story about other things: what call and past both name ends in another digit or letter everywhere. */
const withOtherIds = (told: Told, digit: string): Told => {
  const named = textsIn(told.arguments).filter((text) =>
    told.past.some(({ arguments: args }) => textsIn(args).includes(text)),
  );
  const ids = new Set(named.filter((text) => /\d/.test(text) && !/^\d{4}-/.test(text)));
  return JSON.parse(JSON.stringify(told), (_, value: unknown) =>
    typeof value === "string" && ids.has(value) ? value.replace(/\d(?=\D*$)/, digit) : value,
  );
};

const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

/** So large a value is tedious to break and to read. */
const MOST_BYTES = 3000;
/** Those that were made to be the deepest that is taken: what stands one level deeper in them is refused for that alone. */
const MOST_LEVELS = 40;

const levelsOf = (value: unknown): number =>
  typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(levelsOf)) : 0;

const ofCases = (around: Around): readonly Subject[] =>
  [...cases, ...ownCases].flatMap(({ id, call, expect }) => {
    if (around.set.name !== "cases" || call?.tool !== around.contract.tool || !expect.forwarded) return [];
    const args: unknown = JSON.parse(call.arguments_text);
    const isTooMuch = call.arguments_text.length > MOST_BYTES || levelsOf(args) > MOST_LEVELS;
    return isTooMuch ? [] : [subjectOf(around, id, { arguments: args })];
  });

const ofSchema = (around: Around, count: number, seed: number): readonly Subject[] =>
  fc
    .sample(valuesOf(around.shape.schema), { seed, numRuns: count * 3 })
    .filter((value) => around.shape.isValid(value) && JSON.stringify(value).length <= MOST_BYTES)
    .slice(0, count)
    .map((value, index) => subjectOf(around, `made ${index + 1}`, { arguments: asSent(value) }));

export interface SubjectOptions {
  readonly seed: number;
  /** Calls made from the schema of each contract. */
  readonly made: number;
}

/** In the catalog's order. Whether they are forwarded as they stand is for the sidecar to show. */
export const subjectsOf = (set: ContractSet, catalog: Catalog, { seed, made }: SubjectOptions): readonly Subject[] => {
  const tools = catalog.contracts.map(({ tool }) => tool);
  return catalog.contracts.flatMap((contract, index) => {
    const around: Around = { set, contract, shape: createShape(contract.inputSchema), tools };
    return [...ofExamples(around), ...ofCases(around), ...ofSchema(around, made, seed + index)];
  });
};
