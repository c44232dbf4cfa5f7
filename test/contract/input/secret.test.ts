// The mark of a secret stays with its schema and stands in the JSON Schema.
import { expect, test } from "vitest";
import { z } from "zod";
import { secretField } from "../../../src/contract/input/secret.ts";
import { read } from "./read.ts";

const plain = z.string().describe("a token");
const token = secretField(plain);

test.each([
  ["itself", token],
  ["further checks", token.min(5).regex(/a/)],
  ["a description", token.describe("other")],
  ["more metadata", token.meta({ title: "T" })],
  ["a brand", token.brand("Token")],
  ["optional", token.optional()],
  ["nullable", token.nullable()],
  ["nullish", token.nullish()],
  ["readonly", token.readonly()],
  ["a refinement", token.refine(() => true)],
  ["lazy", z.lazy(() => token)],
])("stays through %s", (_, schema) => {
  const { schema: written, problems } = read(z.strictObject({ token: schema, again: schema }));
  expect(problems).toEqual([]);
  expect(written).toMatchObject({ properties: { token: { "x-secret": true }, again: { "x-secret": true } } });
});

test("keeps the description and leaves the schema given in as it is", () => {
  expect(read(token).schema).toEqual({ type: "string", description: "a token", "x-secret": true });
  expect(read(plain).schema).toEqual({ type: "string", description: "a token" });
});

test("is not lost where sides of an intersection are joined", () => {
  const side = secretField(z.strictObject({ a: z.string() }));
  expect(read(side.and(z.strictObject({ b: z.string() }))).problems).toHaveLength(1);
});
