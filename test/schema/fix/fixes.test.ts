// Fixes: what is mechanical and keeps the meaning is offered, and nothing else. Each row: a schema, what an agent sent, and
// what comes of it when all fixes are applied; `none`: no fix is offered.
import { describe, expect, it } from "vitest";
import { createSchemaCheck } from "../../../src/schema/compile.ts";
import type { JsonSchema } from "../../../src/schema/schema.ts";
import { applyFixes } from "../../support/apply-fixes.ts";

const none = Symbol("none");
type Row = readonly [name: string, schema: JsonSchema, sent: unknown, mended: unknown];

const fixed = (schema: JsonSchema, sent: unknown): unknown => {
  const { check, isValid } = createSchemaCheck(schema, { formats: "assert" });
  const issues = check(sent);
  expect(issues.length, "the value is valid as it is").toBeGreaterThan(0);
  if (issues.every(({ fix }) => fix === undefined)) return none;
  const mended = applyFixes(sent, issues);
  const places = issues.flatMap(({ path, fix }) => (fix === undefined ? [] : [path, ...fix.map((step) => step.path)]));
  if (!isValid(mended))
    for (const { path } of check(mended)) expect(places, "fails again at the place of a fix").not.toContain(path);
  return mended;
};

const closed = (properties: Readonly<Record<string, JsonSchema>>, required: readonly string[] = []): JsonSchema => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});
const int = { type: "integer" };
const text = { type: "string" };
const at = (schema: JsonSchema): JsonSchema => closed({ a: schema });
const as = (value: unknown): unknown => ({ a: value });

const WRITINGS: readonly Row[] = [
  ["a whole number as text", at(int), as("12"), as(12)],
  ["a negative number as text", at({ type: "number" }), as("-3.50"), as(-3.5)],
  ["a whole number with a fraction of zeros", at(int), as("12.0"), as(12)],
  ["no number: a fraction for a whole one", at(int), as("12.5"), none],
  ["no number: words around it", at(int), as("12 items"), none],
  ["no number: thousands", at(int), as("1,250"), none],
  ["no number: leading zeros", at(int), as("007"), none],
  ["no number: more digits than a double holds", at(int), as("12345678901234567890"), none],
  ["no clamp: out of range", at({ type: "integer", maximum: 5 }), as("12"), none],
  ["no clamp of a number", at({ type: "integer", maximum: 5 }), as(12), none],
  ["a boolean as text", at({ type: "boolean" }), as("true"), as(true)],
  ["a boolean as Python writes it", at({ type: "boolean" }), as("False"), as(false)],
  ["no boolean: 1", at({ type: "boolean" }), as(1), none],
  ["no boolean: yes", at({ type: "boolean" }), as("yes"), none],
  ["null as text", at({ type: ["integer", "null"] }), as("null"), as(null)],
  ["no text for a number: it may have had zeros in front", at(text), as(12), none],
  [
    "a text for a number, where it has no zeros in front",
    at({ type: "string", pattern: "^[1-9][0-9]*$" }),
    as(12),
    as("12"),
  ],
  [
    "a text for a number, where its length is known",
    at({ type: "string", pattern: "^[0-9]{4}$" }),
    as(1234),
    as("1234"),
  ],
  ["no text for a number, where it is too short", at({ type: "string", pattern: "^[0-9]{4}$" }), as(417), none],
  ["no text for a boolean: it may have been any word", at(text), as(true), none],
  ["a word for a boolean", at({ enum: ["true", "false"] }), as(true), as("true")],
  ["no text: a fraction may have had zeros", at(text), as(3.5), none],
  ["no text of an object", at(text), as({ b: 1 }), none],
  ["no value for null", at(int), as(null), none],
  ["two readings: a number or a boolean", at({ type: ["integer", "boolean"] }), as("true"), as(true)],
  ["a number in one branch", at({ anyOf: [int, { type: "null" }] }), as("12"), as(12)],
  ["an enum of numbers", at({ enum: [1, 2] }), as("2"), as(2)],
  ["a number that is listed as a text", at({ enum: ["1", "2"] }), as(2), as("2")],
];

const COMPOSITES: readonly Row[] = [
  ["an object as JSON text", at(closed({ b: int })), as('{"b": 1}'), as({ b: 1 })],
  ["a list as JSON text", at({ type: "array", items: int }), as("[1, 2]"), as([1, 2])],
  [
    "a list of texts as JSON text, not as one item",
    at({ type: "array", items: text }),
    as('["x","y"]'),
    as(["x", "y"]),
  ],
  ["an object as JSON text with a mistake inside", at(closed({ count: int })), as('{"count": "1"}'), as({ count: 1 })],
  ["an object as JSON text with a misspelt member", at(closed({ count: int })), as('{"cuont": 1}'), as({ count: 1 })],
  ["no object: what has mistakes without a fix", at(closed({ b: int })), as('{"b": "x"}'), none],
  ["no object: a key twice", at(closed({ b: int })), as('{"b": 1, "b": 2}'), none],
  ["no object: broken JSON", at(closed({ b: int })), as('{"b": 1'), none],
  ["one item without its list", at({ type: "array", items: text }), as("x"), as(["x"])],
  ["one item as text without its list", at({ type: "array", items: int }), as("5"), as([5])],
  ["one object without its list", at({ type: "array", items: closed({ b: int }) }), as({ b: 1 }), as([{ b: 1 }])],
  ["no list: several already, with commas", at({ type: "array", items: text }), as("a, b"), none],
  ["no list: several already, as Python writes them", at({ type: "array", items: text }), as("['a', 'b']"), none],
  ["no list: JSON that does not parse", at({ type: "array", items: text }), as('["a",]'), none],
  ["no list of nothing", at({ type: "array", items: text }), as(""), none],
  ["no list of null", at({ type: "array" }), as(null), none],
  ["no list: it needs two", at({ type: "array", items: text, minItems: 2 }), as("x"), none],
  ["a list of one for its item", at(int), as([5]), as(5)],
  ["a list of one text for its number", at(int), as(["5"]), as(5)],
  ["no item: a list of two", at(int), as([5, 6]), none],
  ["an item where a list of it is accepted, too", at({ anyOf: [int, { type: "array", items: int }] }), as("5"), as(5)],
  ["a value in an object of its own name", at(int), as({ a: 5 }), as(5)],
  ["no value in an object of another name", at(int), as({ b: 5 }), none],
  ["no value in an object with more", at(int), as({ a: 5, b: 6 }), none],
  ["the whole as JSON text", at(int), '{"a":1}', as(1)],
  ["the whole in a list", at(int), [as(1)], as(1)],
];

const states = { enum: ["open", "closed", "in_progress"] };
const WORDS: readonly Row[] = [
  ["another case", at(states), as("OPEN"), as("open")],
  ["other separators", at(states), as("in progress"), as("in_progress")],
  ["no separator", at(states), as("InProgress"), as("in_progress")],
  ["two letters swapped", at(states), as("opne"), as("open")],
  ["a letter missing", at(states), as("closd"), as("closed")],
  ["a letter missing at the beginning", at(states), as("losed"), as("closed")],
  ["a letter doubled", at(states), as("closedd"), as("closed")],
  ["blanks around it", at(states), as(" open\n"), as("open")],
  ["no guess: two edits", at(states), as("in_porgess"), none],
  ["another letter in a long word", at({ enum: ["minimize", "balance"] }), as("minimise"), as("minimize")],
  ["no guess: another letter in a short one", at({ enum: ["read"] }), as("road"), none],
  ["no guess: a letter in front turns it round", at({ enum: ["async"] }), as("sync"), none],
  ["no guess: another word", at(states), as("done"), none],
  ["no guess: near to two", at({ enum: ["push", "pull"] }), as("pulh"), none],
  ["no guess: too short to tell one from the other", at({ enum: ["asc", "desc"] }), as("dsc"), none],
  ["no guess: turned round", at({ enum: ["locked"] }), as("unlocked"), none],
  ["no guess: turned round in a long word", at({ enum: ["decrease_all"] }), as("increase_all"), none],
  ["no guess: another number", at({ enum: ["v1"] }), as("v2"), none],
  ["no guess: another sign", at({ enum: ["+1", "laugh"] }), as("-1"), none],
  ["no guess: the other order", at({ enum: ["created"] }), as("-created"), none],
  ["no guess: a short code", at({ enum: ["EUR", "JPY"] }), as("EUX"), none],
  ["a short code in another case", at({ enum: ["EUR", "JPY"] }), as("eur"), as("EUR")],
  ["a constant in another case", at({ const: "EUR" }), as("eur"), as("EUR")],
  ["no guess: another constant", at({ const: "EUR" }), as("USD"), none],
  ["a word in a list", at({ type: "array", items: states }), as(["opne", "closed"]), as(["open", "closed"])],
];

const order = closed({ orderId: text, amount: int, note: text, tags: { type: "array", items: text } }, ["orderId"]);
const MEMBERS: readonly Row[] = [
  ["another case", order, { orderID: "x" }, { orderId: "x" }],
  ["other separators", order, { order_id: "x" }, { orderId: "x" }],
  ["a slip", order, { oderId: "x" }, { orderId: "x" }],
  ["a slip, and its value in another writing", order, { orderId: "x", amuont: "5" }, { orderId: "x", amount: 5 }],
  ["no name: its value is not accepted there", order, { orderId: "x", amuont: "five" }, none],
  ["no name: the right one is there, too", order, { orderId: "x", orderID: "y" }, none],
  ["no name: two slips for one", order, { orderId: "x", amuont: 1, amoutn: 2 }, none],
  ["no name: another word", order, { orderId: "x", dryRun: true }, none],
  ["no name: the opposite", closed({ min_quantity: int }), { max_quantity: 5 }, none],
  ["no name: of another thing", closed({ client_id: text }, ["client_id"]), { client_ip: "x" }, none],
  ["a short name that has to be there", closed({ org: text }, ["org"]), { ogr: "x" }, { org: "x" }],
  ["no short name that may be left out", closed({ bcc: text }), { cc: "x" }, none],
  ["a name of two accepted ones", closed({ start: text, starts: text }), { startt: "x" }, none],
  ["a missing one with one legal value", closed({ k: { const: "v" } }, ["k"]), {}, { k: "v" }],
  ["a missing one with one word", closed({ k: { enum: ["v"] } }, ["k"]), {}, { k: "v" }],
  [
    "a misspelt one, not the legal value beside it",
    closed({ mode: { const: "v" } }, ["mode"]),
    { Mode: "v" },
    { mode: "v" },
  ],
  ["no missing one with two", closed({ k: { enum: ["v", "w"] } }, ["k"]), {}, none],
  ["no missing one of any value", order, {}, none],
];

const shown = closed({ state: text, label: text }, ["state"]);
const deep = closed({ page: int, filter: shown });
const LEVELS: readonly Row[] = [
  ["one level too shallow", deep, { filter: { state: "x" }, label: "y" }, { filter: { state: "x", label: "y" } }],
  [
    "one level too shallow, without the object that has to be there",
    closed({ filter: shown }, ["filter"]),
    { state: "x", label: "y" },
    { filter: { state: "x", label: "y" } },
  ],
  ["no object is made for it that may be left out", deep, { state: "x", label: "y" }, none],
  ["one level too deep", deep, { filter: { state: "x", page: 2 } }, { page: 2, filter: { state: "x" } }],
  ["all in one more object", deep, { input: { page: 2, filter: { state: "x" } } }, { page: 2, filter: { state: "x" } }],
  [
    "all in one more object, with a slip",
    deep,
    { input: { pgae: 2, filter: { state: "x" } } },
    { page: 2, filter: { state: "x" } },
  ],
  ["no place: it is there already", deep, { filter: { state: "x", page: 2 }, page: 1 }, none],
  ["no place: two objects take it", closed({ a: closed({ x: int }), b: closed({ x: int }) }), { x: 1 }, none],
];

const when = at({ type: "string", format: "date-time" });
const day = at({ type: "string", format: "date" });
const DATES: readonly Row[] = [
  ["a blank for the T", when, as("2024-01-05 10:00:00Z"), as("2024-01-05T10:00:00Z")],
  ["an offset without its colon", when, as("2024-01-05T10:00:00+0530"), as("2024-01-05T10:00:00+05:30")],
  ["an offset of hours", when, as("2024-01-05T10:00:00+05"), as("2024-01-05T10:00:00+05:00")],
  ["no seconds", when, as("2024-01-05T10:00Z"), as("2024-01-05T10:00:00Z")],
  ["UTC as a word", when, as("2024-01-05 10:00:00 UTC"), as("2024-01-05T10:00:00Z")],
  ["as mail has it", when, as("Fri, 05 Jan 2024 10:00:00 GMT"), as("2024-01-05T10:00:00Z")],
  [
    "as JavaScript has it",
    when,
    as("Fri Jan 05 2024 10:00:00 GMT+0100 (Central European Time)"),
    as("2024-01-05T10:00:00+01:00"),
  ],
  ["basic form", when, as("20240105T100000Z"), as("2024-01-05T10:00:00Z")],
  ["in the afternoon", when, as("Jan 5, 2024, 3:07 PM UTC"), as("2024-01-05T15:07:00Z")],
  ["no moment: no offset", when, as("2024-01-05T10:00:00"), none],
  ["no moment: a day", when, as("2024-01-05"), none],
  ["no moment: another weekday", when, as("Mon, 05 Jan 2024 10:00:00 GMT"), none],
  ["slashes", day, as("2024/01/05"), as("2024-01-05")],
  ["no dashes", day, as("20240105"), as("2024-01-05")],
  ["no zeros", day, as("2024-1-5"), as("2024-01-05")],
  ["in words", day, as("5 January 2024"), as("2024-01-05")],
  ["in words, month first", day, as("Jan 5th, 2024"), as("2024-01-05")],
  ["a day that no month has", day, as("13/02/2024"), as("2024-02-13")],
  ["the same either way", day, as("05/05/2024"), as("2024-05-05")],
  ["midnight", day, as("2024-01-05T00:00:00Z"), as("2024-01-05")],
  [
    "no time: what a pattern of hours means, it does not say",
    at({ type: "string", pattern: "^[0-9]{2}:[0-9]{2}:[0-9]{2}$" }),
    as("9:30"),
    none,
  ],
  ["no day: two readings", day, as("01/02/2024"), none],
  ["no day: two digits for the year", day, as("5 Jan 24"), none],
  ["no day: a time would be lost", day, as("2024-01-05T10:00:00Z"), none],
  ["no day: not in the calendar", day, as("2023/02/29"), none],
  ["no day: a word", day, as("tomorrow"), none],
];

const daily = closed({ kind: { const: "daily" }, hour: int }, ["kind", "hour"]);
const range = closed({ kind: { const: "range" }, from: text, to: text }, ["kind", "from"]);
const UNIONS: readonly Row[] = [
  ["a misspelt branch", { oneOf: [daily, range] }, { kind: "Daily", hour: 3 }, { kind: "daily", hour: 3 }],
  [
    "a misspelt branch with a mistake inside",
    { oneOf: [daily, range] },
    { kind: "dialy", hour: "3" },
    { kind: "daily", hour: 3 },
  ],
  ["a misspelt name of the branch", { oneOf: [daily, range] }, { knid: "daily", hour: 3 }, { kind: "daily", hour: 3 }],
  [
    "a name of the branch beside its object",
    closed({ c: { oneOf: [daily, range] } }),
    { c: { hour: 3 }, kind: "daily" },
    { c: { kind: "daily", hour: 3 } },
  ],
  ["no name of the branch, and one fits", { oneOf: [daily, range] }, { hour: 3 }, { kind: "daily", hour: 3 }],
  ["no name of the branch, and none fits", { oneOf: [daily, range] }, { hour: "x" }, none],
  [
    "a mistake in the branch that is meant",
    { oneOf: [daily, range] },
    { kind: "range", form: "x" },
    { kind: "range", from: "x" },
  ],
  ["a branch as JSON text", { oneOf: [daily, range] }, '{"kind":"daily","hour":3}', { kind: "daily", hour: 3 }],
];

const SECRETS: readonly Row[] = [
  ["of a secret", at({ type: "string", "x-secret": true }), as(12), none],
  ["towards a secret", closed({ password: { type: "string", "x-secret": true } }), { pasword: "x" }, none],
  [
    "of an object with a secret inside",
    at(closed({ b: { type: "string", "x-secret": true } })),
    as('{"b": "x"}'),
    none,
  ],
  [
    "beside a secret",
    closed({ password: { type: "string", "x-secret": true }, amount: int }),
    { password: "x", amount: "5" },
    { password: "x", amount: 5 },
  ],
];

const several = closed({ amount: int, state: states, tags: { type: "array", items: text }, title: text }, ["title"]);
const TOGETHER: readonly Row[] = [
  [
    "all at once",
    several,
    { amount: "5", state: "Open", tags: "x", tilte: "y" },
    { amount: 5, state: "open", tags: ["x"], title: "y" },
  ],
  [
    "what can be mended, beside what cannot",
    several,
    { amount: "five", state: "Open", title: "y" },
    { amount: "five", state: "open", title: "y" },
  ],
];

describe.each([
  ["another writing", WRITINGS],
  ["an object or a list", COMPOSITES],
  ["a word of a list", WORDS],
  ["a member", MEMBERS],
  ["a level", LEVELS],
  ["a date", DATES],
  ["a union", UNIONS],
  ["nothing", SECRETS],
  ["several", TOGETHER],
])("a fix of %s", (_kind, rows) => {
  it.each(rows)("%s", (_name, schema, sent, mended) => {
    expect(fixed(schema, sent)).toEqual(mended);
  });
});
