// Structures mean here exactly what they mean in zod: generated values, valid, nearly valid and random, get the same
// verdict. Meant differences: own members only; a missing element of a tuple is never a value; and a multiple is an exact
// decimal multiple, where zod rounds very small and very large numbers.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { createJudge } from "./read.ts";

type Json = ReturnType<typeof JSON.parse>;
const strict = z.strictObject;
const Node = strict({
  name: z.string().max(2),
  get children() {
    return z.array(Node).max(2).optional();
  },
});
const filter: z.ZodType = z.lazy(() => z.union([strict({ and: z.array(filter) }), strict({ eq: z.string() })]));

const structures: readonly (readonly [name: string, schema: z.ZodType, seeds: readonly unknown[]])[] = [
  ["object", strict({ a: z.string(), b: z.number().optional(), c: z.null() }), [{ a: "", b: 1, c: null }]],
  ["members of anything", strict({ a: z.any(), b: z.unknown().optional() }), [{ a: 1 }, { a: null, b: {} }]],
  [
    "nested",
    strict({ a: strict({ b: z.array(strict({ c: z.boolean() })) }).nullable() }),
    [{ a: { b: [{ c: true }] } }, { a: null }],
  ],
  ["catchall", z.object({ a: z.string() }).catchall(z.number()), [{ a: "", b: 1 }]],
  ["optional in a union", strict({ a: z.union([z.string(), z.number().optional()]) }), [{ a: "" }, {}]],
  ["nonoptional", strict({ a: z.string().nullish().nonoptional() }), [{ a: null }]],
  ["extended", strict({ a: z.string() }).extend({ b: z.int32() }).partial(), [{ a: "", b: 1 }]],
  ["array", z.array(z.number().min(1)).min(1).max(3), [[1], [1, 2, 3]]],
  ["array by length", z.array(z.any()).length(2), [[1, 2]]],
  [
    "tuple",
    z.tuple([z.string(), z.number(), z.boolean().optional()]),
    [
      ["", 1],
      ["", 1, true],
    ],
  ],
  ["tuple with rest", z.tuple([z.string()], z.number()), [[""], ["", 1, 2]]],
  ["record", z.record(z.string().max(1), z.number()), [{ a: 1, b: 2 }]],
  ["record by format", z.record(z.email(), z.null()), [{ "a@b.co": null }]],
  ["record of listed names", z.record(z.enum(["a", "b"]), z.number()), [{ a: 1, b: 2 }]],
  ["record of listed names, nullable", z.record(z.enum(["a"]), z.number().nullable()), [{ a: null }]],
  ["record of listed names, optional", z.record(z.enum(["a", "b"]), z.number().optional()), [{ a: 1 }, {}]],
  ["record of listed names, anything", z.record(z.literal(["a", 1]), z.any()), [{ a: 1 }, {}]],
  ["partialRecord", z.partialRecord(z.enum(["a", "b"]), z.number()), [{ a: 1 }, {}]],
  ["record by number", z.record(z.number(), z.null()), [{ 1: null, "-2.5": null }]],
  ["union", z.union([z.string().max(1), z.number(), z.array(z.string())]), ["", 1, ["a"]]],
  [
    "union of objects",
    z.union([strict({ a: z.string() }), strict({ a: z.string(), b: z.number() })]),
    [{ a: "" }, { a: "", b: 1 }],
  ],
  [
    "xor",
    z.xor([z.object({ a: z.number() }).catchall(z.number()), z.object({ b: z.number() }).catchall(z.number())]),
    [{ a: 1 }, { b: 1 }, { a: 1, b: 1 }],
  ],
  [
    "discriminatedUnion",
    z.discriminatedUnion("k", [
      strict({ k: z.literal(["a", "b"]), n: z.number() }),
      strict({ k: z.null() }),
      strict({ k: z.literal(1).optional() }),
    ]),
    [{ k: "a", n: 1 }, { k: null }, {}],
  ],
  [
    "nested discriminatedUnion",
    z.discriminatedUnion("k", [
      strict({ k: z.literal("a") }),
      z.discriminatedUnion("l", [
        strict({ k: z.literal("b"), l: z.literal(1) }),
        strict({ k: z.literal("b"), l: z.literal(2), m: z.null() }),
      ]),
    ]),
    [{ k: "a" }, { k: "b", l: 2, m: null }],
  ],
  [
    "intersection",
    strict({ a: z.string(), c: z.number().optional() }).and(strict({ b: z.number(), c: z.number().min(2) })),
    [{ a: "", b: 1, c: 3 }],
  ],
  [
    "intersection of three",
    strict({ a: z.string() })
      .and(strict({ b: z.number() }))
      .and(strict({ c: z.null() })),
    [{ a: "", b: 1, c: null }],
  ],
  [
    "intersection with nested objects",
    strict({ a: strict({ x: z.number().optional() }) }).and(
      strict({ a: strict({ x: z.number().optional(), y: z.number().optional() }) }),
    ),
    [{ a: { x: 1 } }],
  ],
  ["intersection of scalars", z.number().min(1).and(z.number().max(3)), [2]],
  ["literal", z.literal(["a", 1, null, true, 0]), ["a", 1, null, true, 0]],
  ["enum", z.enum({ A: "a", B: 2 } as const), ["a", 2]],
  ["nullable enum", z.enum(["a", "b"]).nullable(), ["a", null]],
  ["nullable object", strict({ a: z.string() }).nullable(), [{ a: "" }, null]],
  ["nullable recursion", strict({ a: Node.nullable() }), [{ a: null }, { a: { name: "" } }]],
  ["recursion", Node, [{ name: "a", children: [{ name: "b" }, { name: "c", children: [] }] }]],
  ["mutual recursion", filter, [{ eq: "" }, { and: [{ eq: "" }, { and: [] }] }]],
  ["json", z.json(), [{ a: [1, null, "x", { b: true }] }]],
  ["int", z.int(), [1, 9007199254740991, -9007199254740991, 9007199254740992]],
  ["int32", z.int32(), [2147483647, -2147483648, 2147483648]],
  ["uint32", z.uint32(), [0, 4294967295, 4294967296, -1]],
  ["float32", z.float32(), [3.4028234663852886e38, 3.5e38, -1.5]],
  ["bounds", z.number().gt(0).lt(10).gte(1), [0.5, 1, 9.99, 10]],
  ["never", strict({ a: z.never().optional() }), [{}]],
];

// Replaces, removes or adds something at a random place.
const mutate = (value: Json, [at, kind, fresh]: readonly [number, number, Json]): Json => {
  if (typeof value !== "object" || value === null || kind === 0) return fresh;
  const isList = Array.isArray(value);
  const entries = Object.entries(value);
  const entry = entries[at % Math.max(entries.length, 1)];
  if (kind === 1)
    return isList ? [...value, fresh] : { ...value, [["a", "b", "k", "x", "toString", "1"][at % 6] ?? ""]: fresh };
  if (entry === undefined) return fresh;
  if (kind === 2)
    return isList
      ? value.toSpliced(Number(entry[0]), 1)
      : Object.fromEntries(entries.filter(([name]) => name !== entry[0]));
  const inner = mutate(entry[1], [Math.floor(at / 7), kind - 3, fresh]);
  return isList ? value.with(Number(entry[0]), inner) : { ...value, [entry[0]]: inner };
};

const names = ["a", "b", "c", "k", "l", "name", "x", "1", "01", "constructor"];
const fresh = fc.oneof(
  fc.constantFrom<Json[]>(
    "",
    "a",
    "ab",
    0,
    1,
    2,
    3,
    -1,
    1.5,
    null,
    true,
    [],
    {},
    ["a"],
    [1, 2],
    { a: 1 },
    { k: "a" },
    { k: 1 },
  ),
  fc.jsonValue({ maxDepth: 2 }),
  fc.dictionary(fc.constantFrom(...names), fc.oneof(fc.integer({ min: -2, max: 3 }), fc.constantFrom("", "a", null)), {
    maxKeys: 3,
  }),
);

describe.each(structures)("%s", (_, schema, seeds) => {
  test("accepts what zod accepts and refuses what zod refuses", () => {
    const isAccepted = createJudge(schema);
    const agrees = (value: Json): void => {
      const text = JSON.stringify(value);
      // As a value comes from the parser: no member named __proto__, no -0.
      if (text.includes("__proto__")) return;
      const parsed: unknown = JSON.parse(text);
      expect([text, isAccepted(parsed)]).toEqual([text, schema.safeParse(parsed).success]);
    };
    seeds.forEach(agrees);
    expect(seeds.some(isAccepted), "the table has a valid value").toBe(true);
    const edits = fc.array(fc.tuple(fc.nat(200), fc.nat(8), fresh), { maxLength: 2 });
    const mutants = fc.tuple(fc.constantFrom(...seeds), edits).map(([seed, list]) => list.reduce(mutate, seed));
    fc.assert(fc.property(mutants, agrees), { numRuns: 200, seed: 5 });
    fc.assert(fc.property(fresh, agrees), { numRuns: 50, seed: 5 });
  });
});

test("takes the decimal multiples that zod takes", () => {
  const steps = [0.01, 0.07, 0.1, 5, 2.5].map(
    (step) => [z.number().multipleOf(step), createJudge(z.number().multipleOf(step))] as const,
  );
  const agrees = (thousandths: number): void => {
    const value = thousandths / 1000;
    for (const [schema, isAccepted] of steps)
      expect([value, isAccepted(value)]).toEqual([value, schema.safeParse(value).success]);
  };
  [70, 19990, 75, 2030, 0, -3000].forEach(agrees);
  fc.assert(fc.property(fc.integer(), agrees), { numRuns: 1000, seed: 5 });
  fc.assert(
    fc.property(
      fc.integer().map((value) => value * 10),
      agrees,
    ),
    { numRuns: 1000, seed: 5 },
  );
});

test("looks at own members alone", () => {
  const isAccepted = createJudge(strict({ toString: z.any() }));
  expect([isAccepted({}), isAccepted({ toString: 1 })]).toEqual([false, true]);
  expect(createJudge(strict({}))({ constructor: 1 })).toBe(false);
});

test("takes a missing element of a tuple for no value", () => {
  const schema = z.tuple([z.any()], z.string());
  expect(schema.safeParse([]).success).toBe(true);
  expect(createJudge(schema)([])).toBe(false);
});
