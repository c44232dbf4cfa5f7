// What cannot be carried out exactly is refused by name and place, all of it at once.
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { places, read } from "./read.ts";

const strict = z.strictObject;
const anything = z.strictObject({});

const refused: readonly (readonly [name: string, schema: unknown, message: RegExp])[] = [
  ["z.object", z.object({}), /drop unknown members/],
  ["z.looseObject", z.looseObject({}), /let unknown members pass/],
  ["catchall(any)", z.object({}).catchall(z.any()), /let unknown members pass/],
  ["trim", z.string().trim(), /changes the value/],
  ["toLowerCase", z.string().toLowerCase(), /changes the value/],
  ["toUpperCase", z.string().toUpperCase(), /changes the value/],
  ["normalize", z.string().normalize(), /changes the value/],
  ["slugify", z.string().slugify(), /changes the value/],
  ["overwrite", z.number().overwrite((value) => value + 1), /changes the value/],
  ["url with normalize", z.url({ normalize: true }), /changes the value/],
  ["default", z.string().default("a"), /\.default\(\) changes/],
  ["prefault", z.string().prefault("a"), /\.prefault\(\) changes/],
  ["catch", z.string().catch("a"), /\.catch\(\) changes/],
  ["transform", z.string().transform(Number), /pipe .* changes/],
  ["pipe", z.string().pipe(z.string()), /pipe .* changes/],
  ["preprocess", z.preprocess(String, z.string()), /pipe .* changes/],
  ["codec", z.codec(z.string(), z.number(), { decode: Number, encode: String }), /pipe .* changes/],
  ["stringbool", z.stringbool(), /pipe .* changes/],
  ["success", z.success(z.string()), /changes/],
  ["coerce.string", z.coerce.string(), /z\.coerce\.string\(\) changes/],
  ["coerce.number", z.coerce.number(), /z\.coerce\.number\(\) changes/],
  ["coerce.boolean", z.coerce.boolean(), /z\.coerce\.boolean\(\) changes/],
  ["bigint", z.bigint(), /z\.bigint\(\) is not a JSON type/],
  ["int64", z.int64(), /z\.bigint\(\)/],
  ["date", z.date(), /z\.date\(\)/],
  ["map", z.map(z.string(), z.string()), /z\.map\(\)/],
  ["set", z.set(z.string()), /z\.set\(\)/],
  ["symbol", z.symbol(), /z\.symbol\(\)/],
  ["function", z.function(), /./],
  ["promise", z.promise(z.string()), /z\.promise\(\)/],
  ["file", z.file(), /z\.file\(\)/],
  ["undefined", z.undefined(), /z\.undefined\(\)/],
  ["void", z.void(), /z\.void\(\)/],
  ["nan", z.nan(), /z\.nan\(\)/],
  ["instanceof", z.instanceof(Date), /z\.instanceof\(\)/],
  ["literal undefined", z.literal([undefined, "a"]), /undefined is no JSON value/],
  ["literal bigint", z.literal(1n), /1n is no JSON value/],
  ["an empty enum", z.enum([]), /never be satisfied/],
  ["lengths that leave nothing", z.string().min(5).max(2), /never be satisfied/],
  ["bounds that leave nothing", z.number().gt(1).lt(1), /never be satisfied/],
  ["a multiple of 0", z.number().multipleOf(0), /multiple of 0/],
  ["a multi-line pattern", z.string().regex(/^a$/m), /flag m/],
  ["a check on a member", strict({ a: z.any() }).check(z.property("a", z.string())), /'property' is not supported/],
  ["looseRecord", z.looseRecord(z.string(), z.string()), /unknown members/],
  ["a record with odd names", z.record(z.union([z.string(), z.number()]), z.string()), /kind 'union'/],
  [
    "an intersection with a union",
    z.union([strict({ a: z.null() }), strict({ b: z.null() })]).and(strict({})),
    /cannot be written exactly/,
  ],
  ["an intersection with a record", z.record(z.string(), z.null()).and(strict({})), /cannot be written exactly/],
  ["an intersection with refined sides", anything.refine(() => true).and(anything), /cannot be written exactly/],
  ["xor with refinements", z.xor([z.string().refine(() => true), z.number()]), /z\.xor\(\) cannot have refinements/],
  ["a judging keyword as metadata", z.string().meta({ minLength: 3 }), /'minLength' is not an annotation/],
  ["x-format as metadata", z.string().meta({ "x-format": { name: "url" } }), /'x-format' is not an annotation/],
  [
    "an optional discriminator in two options",
    z.discriminatedUnion("k", [strict({ k: z.literal("a").optional() }), strict({ k: z.literal("b").optional() })]),
    /discriminator k: undefined/,
  ],
  [
    "a discriminator twice",
    z.discriminatedUnion("k", [strict({ k: z.literal("a") }), strict({ k: z.literal("a") })]),
    /discriminator k: a/,
  ],
  ["a getter that throws", z.lazy(() => JSON.parse("{")), /cannot be read/],
  ["a number", 5, /not a zod schema/],
  ["undefined", undefined, /not a zod schema/],
  ["plain JSON Schema", { type: "object" }, /not a zod schema/],
];

describe("in an input", () => {
  test.each(refused)("refuses %s", (_, schema, message) => {
    const { problems } = read(schema);
    expect(problems.map((problem) => problem.message).join("\n")).toMatch(message);
    for (const problem of problems) expect(problem.mend).not.toBe("");
  });

  test("reports every problem with its place", () => {
    const schema = z.object({
      when: z.date(),
      "odd name": z.array(z.tuple([z.bigint()])),
      labels: z.record(z.string(), z.string().trim()),
      choice: z.union([z.string(), z.object({ a: z.set(z.string()) }).optional()]),
      inner: z.string().trim().default("x"),
    });
    expect(places(schema)).toEqual([
      "input",
      "input.when",
      'input["odd name"][][0]',
      "input.labels.*",
      "input.choice (option 2)",
      "input.choice (option 2).a",
      "input.inner",
      "input.inner",
    ]);
  });

  test("refuses a schema that makes new schemas for ever", () => {
    const make = (): z.ZodType => z.lazy(() => strict({ a: make(), b: make() }));
    expect(read(make()).problems).toMatchObject([{ message: expect.stringContaining("nested too deeply") }]);
  });
});

test("names the place that it is given", () => {
  expect(places(z.date(), { closed: false, place: "errors.404" })).toEqual(["errors.404"]);
});
