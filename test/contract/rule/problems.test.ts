// What load says about a rule that is wrong by itself: its place, what is wrong, and what mends it.
import { describe, expect, it } from "vitest";
import { getOrder, problemsOf, refund } from "./rule-folder.ts";

type Row = readonly [rule: string, place: string, message: string | RegExp, mend: RegExp];

const key = "({ orderId }) => orderId";
const rows: readonly Row[] = [
  ["5", "rules[0]", "is not a rule", /requires, forbids, /],
  ['{ kind: "limit", max: 3 }', "rules[0]", "is not a rule", /limit/],
  ["() => ({})", "rules[0]", "is not a rule", /checkrein/],
  ['limit(3, { windw: "1h" })', "rules[0].windw", "the rule has no option windw", /did you mean window\?/],
  ['limit(3, "1h")', "rules[0]", 'the options are "1h"', /write an object with because, per, window/],
  ["limit(3, { because: 5 })", "rules[0].because", "5 is not a reason", /sentence/],
  ['limit(3, { because: " " })', "rules[0].because", /is not a reason/, /leave it out/],
  ["limit(0)", "rules[0].max", "a limit of 0 lets no call through", /at least 1/],
  ["limit(1.5)", "rules[0].max", /1\.5/, /whole number/],
  ['limit("3")', "rules[0].max", /"3"/, /whole number/],
  ["limit(NaN)", "rules[0].max", /NaN/, /whole number/],
  ["limit()", "rules[0].max", /undefined/, /whole number/],
  ['limit(3, { per: "caller" })', "rules[0].window", /has no end/, /add window/],
  [`limit(3, { per: ${key} })`, "rules[0].window", /has no end/, /add window/],
  ['limit(3, { per: "orderId", window: "1h" })', "rules[0].per", '"orderId" is nothing to count by', /function/],
  ...['"1 h"', '"1.5h"', '"h"', "0", "-1", "1.5", "Infinity", '"0s"', '"4000d"', '"1w"', "null", '"1H"'].map(
    (written): Row => [`limit(3, { window: ${written} })`, "rules[0].window", /is not a duration/, /"30s"/],
  ),
  ["budget(({ amount }) => amount)", "rules[0].max", /undefined is not a sum above 0/, /write a number/],
  ["budget(({ amount }) => amount, { max: 0 })", "rules[0].max", /^0 is not a sum/, /number/],
  ["budget(({ amount }) => amount, { max: -5 })", "rules[0].max", /^-5 is not/, /number/],
  ["budget(({ amount }) => amount, { max: 0.005 })", "rules[0].max", /at most 2 decimals/, /number/],
  ["budget(({ amount }) => amount, { max: 2 ** 52 })", "rules[0].max", /is not a sum/, /number/],
  ['budget("amount", { max: 5 })', "rules[0].amount", "is not a function", /write a function/],
  ["budget(({ amount }) => amount, { max: 5, decimals: 10 })", "rules[0].decimals", /no number of decimals/, /0 to 9/],
  ['budget(({ amount }) => amount, { max: 5, per: "tool" })', "rules[0].window", /has no end/, /window/],
  ["once()", "rules[0].key", "there is no function", /write a function/],
  ['once("orderId")', "rules[0].key", "is not a function", /write a function/],
  ["once(async ({ orderId }) => orderId)", "rules[0].key", /gives a promise/, /lookup/],
  [
    "once(({ orderID }) => orderID)",
    "rules[0].key",
    /asks for 'orderID', which is no argument/,
    /did you mean orderId\?/,
  ],
  [`exclusive(${key}, { lease: "29s" })`, "rules[0].lease", /29 seconds end before the call has to/, /leave lease out/],
  ["exclusive()", "rules[0].key", "there is no function", /function/],
  ["approval({ when: true })", "rules[0].when", "is not a function", /function/],
  ["approval({ when: ({ amout }) => amout > 5 })", "rules[0].when", /'amout'/, /did you mean amount\?/],
  ['approval({ covers: "amount" })', "rules[0].covers", /covers no arguments/, /covers: \[/],
  ["approval({ covers: [] })", "rules[0].covers", /covers no arguments/, /leave it out/],
  ['approval({ covers: ["amout"] })', "rules[0].covers.amout", /has no argument 'amout'/, /did you mean amount\?/],
  ["approval({ waits: 0 })", "rules[0].waits", /not a duration/, /30s/],
  ["during()", "rules[0].timeZone", "undefined is not a time zone", /Europe\/Berlin/],
  ['during({ timeZone: "Europe/Berln" })', "rules[0].timeZone", /is not a time zone/, /IANA/],
  ['during({ timeZone: "UTC", days: [] })', "rules[0].days", /never opens/, /leave it out/],
  ['during({ timeZone: "UTC", days: ["monday"] })', "rules[0].days", '"monday" is not a day', /mon/],
  ['during({ timeZone: "UTC", from: "9:00" })', "rules[0].from", '"9:00" is not a time', /09:00/],
  ['during({ timeZone: "UTC", from: "24:00" })', "rules[0].from", /is not a time/, /09:00/],
  ['during({ timeZone: "UTC", to: "17:60" })', "rules[0].to", /is not a time/, /09:00/],
  ['during({ timeZone: "UTC", from: "09:00", to: "09:00" })', "rules[0].to", /never opens/, /24:00/],
  ['during({ timeZone: "UTC", from: "00:00", to: "00:00" })', "rules[0].to", /never opens/, /24:00/],
  ['check("two words", () => true)', "rules[0].name", /is not a name/, /64/],
  ['check("x")', "rules[0].check", "there is no function", /function/],
  ['check("x", ({ args: { amuont } }) => amuont > 5)', "rules[0].check", /'amuont'/, /amount/],
  ["requires()", "rules[0].tool", "undefined is not the name of a tool", /get_order/],
  ["requires([])", "rules[0].tool", "the list has no tool", /at least one/],
  ['requires("get_order", { same: "orderId" })', "rules[0].same", /names no arguments/, /orderId: "orderId"/],
  ['requires("get_order", { same: { id: "orderId" } })', "rules[0].same.id", "refund has no argument 'id'", /orderId/],
  [
    'requires("get_order", { same: { orderId: 5 } })',
    "rules[0].same.orderId",
    "5 is not the name of an argument",
    /name/,
  ],
  [
    'requires("get_order", { same: { orderId: "orderId", amount: "orderId" } })',
    "rules[0].same.amount",
    "'orderId' there is named twice",
    /once/,
  ],
  [
    'requires("get_order", { where: ({ args, result }) => args.amuont < result.total })',
    "rules[0].where",
    /'amuont'/,
    /did you mean amount/,
  ],
  ['forbids("get_order", { same: () => ({}) })', "rules[0].same", "a function names no arguments", /write/],
  ['lookup("get_order")', "rules[0].arguments", "there is no function", /function/],
  ['lookup("get_order", () => ({}), { because: "x" })', "rules[0].where", "is not a function", /function/],
  ['known("orderID", from("get_order", "/id"))', "rules[0].argument", /has no argument 'orderID'/, /orderId/],
  ['known("/orderId/x", from("get_order", "/id"))', "rules[0].argument", "refund has nothing at /orderId/x", /\*/],
  ['known("orderId", "/id")', "rules[0].from", '"/id" is not an origin', /write from\(/],
  ['known("orderId", { tool: "get_order", values: "/id" })', "rules[0].from", "an object is not an origin", /from/],
  ['known("orderId", [])', "rules[0].from", "there is no origin", /from/],
  ['known("orderId", [from("get_order", "id")])', "rules[0].from[0].path", '"id" is not a JSON Pointer', /\/orders/],
  ['known("orderId", from(5, "/id"))', "rules[0].from.tool", "5 is not the name of a tool", /name/],
];

describe("load refuses", () => {
  it.each(rows)("%s", async (rule, place, message, mend) => {
    const problems = await problemsOf({ get_order: getOrder(), refund: refund(rule) });
    expect(problems.map((problem) => [problem.file, problem.place])).toEqual([["refund.ts", place]]);
    if (typeof message === "string") expect(problems[0]?.message).toBe(message);
    else expect(problems[0]?.message).toMatch(message);
    expect(problems[0]?.mend).toMatch(mend);
  });

  it("every mistake of every rule at once, beside those of the rest", async () => {
    const rules = 'limit(0, { window: "x", wndow: 5 }), once(), requires("get_ordr"), 7';
    const places = (await problemsOf({ refund: refund(rules).replace("z.int()", "z.string()") })).map(
      ({ place }) => place,
    );
    expect(places).toEqual([
      "input.amount",
      "rules[0].wndow",
      "rules[0].window",
      "rules[0].max",
      "rules[1].key",
      "rules[3]",
      "rules[2].tool",
    ]);
  });

  it("rules that are no list", async () => {
    expect(await problemsOf({ refund: refund("").replace("rules: []", "rules: limit(3)") })).toMatchObject([
      { place: "rules", message: "a function is not a list" },
    ]);
  });

  it("a claim without a name, for nothing, beside input, or in a local tool", async () => {
    const pinned = (pin: string): string => refund("", `pin: { currency: "EUR", ${pin} },`);
    expect(
      await problemsOf({ refund: pinned('key: claim("")').replace(", key: z.string().optional()", "") }),
    ).toMatchObject([{ place: "pin.key", message: "the claim has no name" }]);
    expect(await problemsOf({ refund: pinned('tenant: claim("tenant")') })).toMatchObject([
      { place: "pin.tenant", message: "the operation has no member 'tenant'" },
    ]);
    expect(await problemsOf({ refund: pinned('amount: claim("amount")') })).toMatchObject([
      { place: "pin.amount", message: "'amount' is in input and in pin" },
    ]);
  });
});
