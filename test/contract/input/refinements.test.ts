// Refinements run after the validator, on the part of the value where they stand, and decide as they do in zod.
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { secretField } from "../../../src/contract/input/secret.ts";
import { createJudge, read } from "./read.ts";

const even = z.int32().refine((value) => value % 2 === 0, "must be even");
const isShort = z
  .string()
  .refine((text) => text.length < 3, { error: "too long", path: ["x/y"], params: { name: "short" } });
const range = z
  .strictObject({ from: z.int32(), to: z.int32() })
  .refine(({ from, to }) => from <= to, { error: "to is before from", path: ["to"] });
const Tree = z.strictObject({
  value: even,
  get children() {
    return z.array(Tree).optional();
  },
});
const shape = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("circle"), radius: even }),
  z.strictObject({ kind: z.literal("square"), side: z.int32() }),
]);

const run = (schema: z.ZodType, value: unknown): readonly unknown[] => read(schema).runChecks?.(value) ?? [];

const values: readonly (readonly [schema: z.ZodType, values: readonly unknown[]])[] = [
  [
    z.strictObject({ a: even.optional(), b: even.nullable() }),
    [{ b: null }, { a: 1, b: 2 }, { a: 2, b: 1 }, { a: 2, b: 4 }],
  ],
  [z.array(even), [[], [2, 4], [2, 3]]],
  [
    z.tuple([even, z.string()], even),
    [
      [2, "a"],
      [1, "a"],
      [2, "a", 2, 3],
    ],
  ],
  [z.record(z.string(), even), [{}, { a: 2 }, { a: 1 }]],
  [
    z.record(
      z.string().refine((name) => name !== "no"),
      z.null(),
    ),
    [{}, { yes: null }, { no: null }],
  ],
  [z.record(z.enum(["a"]), even), [{ a: 2 }, { a: 1 }]],
  [z.strictObject({}).catchall(even), [{ a: 2 }, { a: 1 }]],
  [
    range,
    [
      { from: 1, to: 2 },
      { from: 2, to: 1 },
    ],
  ],
  [
    z.strictObject({ a: range }).and(z.strictObject({ b: even })),
    [
      { a: { from: 1, to: 1 }, b: 2 },
      { a: { from: 2, to: 1 }, b: 2 },
      { a: { from: 1, to: 1 }, b: 1 },
    ],
  ],
  [z.union([even, z.int32().refine((value) => value > 10), z.string()]), [2, 3, 11, "a"]],
  [
    z.union([range, z.strictObject({ from: z.int32(), to: even })]),
    [
      { from: 1, to: 2 },
      { from: 9, to: 1 },
      { from: 9, to: 2 },
    ],
  ],
  [
    shape,
    [
      { kind: "circle", radius: 2 },
      { kind: "circle", radius: 1 },
      { kind: "square", side: 1 },
    ],
  ],
  [
    Tree,
    [
      { value: 2, children: [{ value: 4 }] },
      { value: 2, children: [{ value: 4, children: [{ value: 1 }] }] },
    ],
  ],
  [z.lazy(() => even).readonly(), [2, 1]],
  [z.custom((value) => value === "x"), ["x", "y", { x: 1 }]],
  [z.string().superRefine((text, context) => void (text === "no" && context.addIssue("not this"))), ["yes", "no"]],
  [
    z.string().check(({ value, issues }) => void (value === "no" && issues.push({ code: "custom", input: value }))),
    ["yes", "no"],
  ],
  [
    z
      .string()
      .nullable()
      .refine((text) => text !== null),
    ["a", null],
  ],
  [z.any().refine((value) => value !== 1), [1, 2, null]],
];

test.each(values.map(([schema, list], index) => [index, schema, list] as const))(
  "decides as zod does (%i)",
  (_, schema, list) => {
    const isAccepted = createJudge(schema);
    const verdicts = list.map((value) => schema.safeParse(value).success);
    expect(list.map(isAccepted)).toEqual(verdicts);
    expect(new Set(verdicts).size, "the table has both verdicts").toBe(2);
  },
);

describe("an issue", () => {
  test("has the place, the name and the message of its refinement", () => {
    const issues = run(z.strictObject({ a: z.array(range), "b/c": isShort, d: even.array() }), {
      a: [{ from: 2, to: 1 }],
      "b/c": "long",
      d: [1, 2, 3],
    });
    expect(issues).toEqual([
      { path: "/a/0/to", code: "to is before from", message: "to is before from" },
      { path: "/b~1c/x~1y", code: "short", message: "too long" },
      { path: "/d/0", code: "must be even", message: "must be even" },
      { path: "/d/2", code: "must be even", message: "must be even" },
    ]);
  });

  test("is named by its place when the refinement has no name", () => {
    const issues = run(z.strictObject({ a: z.array(z.string().refine(() => false)), b: even }), { a: ["x"], b: 1 });
    expect(issues).toMatchObject([
      { path: "/a/0", code: "input.a[]" },
      { path: "/b", code: "must be even" },
    ]);
  });

  test("has the message that the author makes from the value", () => {
    expect(
      run(
        z.string().refine(() => false, { error: ({ input }) => `not ${String(input)}` }),
        "a",
      ),
    ).toMatchObject([{ message: "not a" }]);
  });

  test("does not show a message made from a secret", () => {
    const leaking = (schema: z.ZodType): z.ZodType =>
      schema.refine(() => false, { error: ({ input }) => JSON.stringify(input) });
    const inside = z.strictObject({ token: secretField(leaking(z.string())), open: leaking(z.string()) });
    expect(run(inside, { token: "s3cret", open: "shown" })).toMatchObject([
      { path: "/token", message: "does not pass a check of the contract" },
      { message: '"shown"' },
    ]);
    const around = z.strictObject({ outer: leaking(z.strictObject({ token: secretField(z.string()).optional() })) });
    expect(JSON.stringify(run(around, { outer: { token: "s3cret" } }))).not.toContain("s3cret");
    const below = z.strictObject({ outer: secretField(z.strictObject({ token: leaking(z.string()) })) });
    expect(JSON.stringify(run(below, { outer: { token: "s3cret" } }))).not.toContain("s3cret");
  });
});

describe("a refinement denies", () => {
  const denied = (schema: z.ZodType, value: unknown, message: RegExp): void =>
    expect(run(schema, value)).toMatchObject([{ message: expect.stringMatching(message) }]);

  test("when it throws", () => {
    denied(
      z.string().refine(() => JSON.parse("{")),
      "a",
      /failed to run/,
    );
    denied(
      z.string().refine(() => false, { error: () => JSON.parse("{") }),
      "a",
      /failed to run/,
    );
  });

  test("when it returns a promise, also one that fails", () => {
    denied(
      z.string().refine(async () => true),
      "a",
      /does not answer at once/,
    );
    denied(
      z.string().refine(() => Promise.reject(new Error("late"))),
      "a",
      /does not answer at once/,
    );
    denied(
      z.string().superRefine(async () => undefined),
      "a",
      /does not answer at once/,
    );
  });

  test("when it changes the value", () => {
    denied(
      z.string().check((payload) => void (payload.value = "b")),
      "a",
      /changes the value/,
    );
    denied(
      z.strictObject({ a: z.string() }).refine((value) => (value.a = "b")),
      { a: "a" },
      /failed to run/,
    );
  });
});

test("asks an outer refinement only when no inner one asked to stop", () => {
  const inner = z.string().refine(() => false, { error: "inner", abort: true });
  const outer = (schema: z.ZodType): z.ZodType => z.strictObject({ a: schema }).refine(() => false, "outer");
  expect(run(outer(inner), { a: "x" })).toHaveLength(1);
  expect(run(outer(z.string().refine(() => false, "inner")), { a: "x" })).toHaveLength(2);
});

test("skips what is absent or null inside", () => {
  const seen: unknown[] = [];
  const spy = z.string().refine((value) => seen.push(value));
  expect(run(z.strictObject({ a: spy.optional(), b: spy.nullable(), c: spy }), { b: null, c: "x" })).toEqual([]);
  expect(seen).toEqual(["x"]);
});

test("has nothing to run without refinements", () => {
  expect(read(z.strictObject({ a: z.email() })).runChecks).toBeUndefined();
});
