// What rules mean for the rest: what agents read, what calls leave behind, what counts as another contract.
import { describe, expect, it } from "vitest";
import type { Contract } from "../../../src/contract/contract.ts";
import { catalogOf, getOrder, loadTools, refund, refundWith } from "./rule-folder.ts";

const traceOf = async (rules: string, tool = "get_order") =>
  (await catalogOf({ get_order: getOrder(), refund: refund(rules) })).traceOf(tool);

describe("a description", () => {
  it("says the rules after the author's words", async () => {
    const { description } = await refundWith(`
      requires("get_order", { same: { orderId: "orderId" }, within: "30m", where: () => true }),
      forbids("refund", { same: { orderId: "key" } }), lookup("get_order", () => ({})),
      known("orderId", from("get_order", "/id")), limit(1), limit(5, { per: "caller", window: "24h" }),
      budget(({ amount }) => amount, { max: 12.5 }), once(({ orderId }) => orderId), exclusive(({ orderId }) => orderId),
      approval({ when: ({ amount }) => amount > 5 }),
      during({ days: ["mon", "fri"], from: "09:00", to: "17:00", timeZone: "Europe/Berlin" }),
      check("small", () => true, { because: "Refunds are small." }), check("whole", () => true)`);
    expect(description.split("Rules: ")).toEqual([
      "A tool.\n\n",
      [
        "Needs a get_order with the same orderId first within 30 minutes, and what it gave decides.",
        "Not after a refund with its key equal to orderId.",
        "A get_order is made first, and what it gives decides.",
        "orderId must come out of an earlier result of get_order.",
        "At most 1 call in one run.",
        "At most 5 calls of one caller within 1 day.",
        "All amounts in one run come to at most 12.50.",
        "Once for the same thing within 365 days; the very same call again gets the recorded result.",
        "One call at a time for the same thing.",
        "In some cases a person has to agree first; then repeat the call.",
        "Only mon, fri from 09:00 to 17:00, Europe/Berlin.",
        "Refunds are small.",
        "Has to pass the check whole.",
      ].join(" "),
    ]);
  });

  it("is the author's alone without rules, and says nothing twice", async () => {
    expect((await refundWith("")).description).toBe("A tool.");
    expect((await refundWith("approval(), approval()")).description).toBe(
      "A tool.\n\nRules: A person has to agree first; then repeat the call.",
    );
  });
});

describe("what calls leave behind", () => {
  it("is nothing that no rule can ask for", async () => {
    expect(
      await traceOf('limit(3), once(({ orderId }) => orderId), approval(), check("x", () => true)'),
    ).toBeUndefined();
    expect(await traceOf('lookup("get_order", () => ({}))')).toBeUndefined();
    expect(await traceOf('requires("get_order")', "refund")).toBeUndefined();
  });

  it("is a record for each list of arguments, with the result where a function can see it", async () => {
    const same = 'same: { orderId: "orderId" }';
    const record = { names: ["orderId"], keepsResult: false };
    const trace = { records: [record], origins: [], marks: [] };
    expect(await traceOf(`requires("get_order", { ${same} })`)).toEqual(trace);
    expect(await traceOf(`requires("get_order", { ${same} }), check("x", () => true), limit(3)`)).toEqual(trace);
    const seen = { ...trace, records: [{ ...record, keepsResult: true }] };
    expect(await traceOf(`requires("get_order", { ${same}, where: () => true })`)).toEqual(seen);
    expect(await traceOf(`requires("get_order", { ${same} }), once((_, { earlier }) => earlier.get_order.id)`)).toEqual(
      seen,
    );
    expect(await traceOf('requires("get_order"), requires("get_order", { same: ({ args }) => args })')).toMatchObject({
      records: [{ names: [] }, { names: undefined }],
    });
    expect(await traceOf('requires(["get_order", "refund"], { same: { orderId: "orderId" } })')).toMatchObject({
      records: [{ names: undefined, keepsResult: false }],
    });
  });

  it("joins what several contracts ask for", async () => {
    const catalog = await catalogOf({
      get_order: getOrder(),
      a: refund('requires("get_order"), forbids("get_order", { same: { key: "orderId" } })'),
      b: refund('requires("get_order", { where: () => true }), known("orderId", from("get_order", "/id"))'),
      c: refund(
        'known("key", [from("get_order", "/id"), from("get_order", () => [])]), forbids("get_order", { same: { key: "orderId" } })',
      ),
    });
    expect(catalog.traceOf("get_order")).toMatchObject({
      records: [{ names: [], keepsResult: true }],
      origins: [{ id: "get_order/id" }, { id: "get_order#c/known/1/from[1]" }],
      marks: [["orderId"]],
    });
    expect(catalog.traceOf("__proto__")).toBeUndefined();
  });
});

describe("a catalog", () => {
  it.each([
    ["limit(3)", false],
    ['limit(3, { window: "60s" })', false],
    ['limit(3, { window: "61s" })', true],
    ["once(({ orderId }) => orderId)", true],
    ["budget(() => 1, { max: 5 })", true],
    ["approval()", true],
    ['requires("get_order"), exclusive(() => 1), forbids("refund"), during({ timeZone: "UTC" })', false],
  ])("knows whether a restart may forget: %s", async (rules, isDurable) => {
    const catalog = await catalogOf({ get_order: getOrder(), refund: refund(rules) });
    expect(catalog.needsDurableState).toBe(isDurable);
  });

  it("tells what an author may not see coming", async () => {
    const noticesOf = async (rules: string, read = "") =>
      (await loadTools({ get_order: getOrder(read), refund: refund(rules) })).notices.map(
        ({ tool, message }) => `${tool}: ${message}`,
      );
    expect(await noticesOf('limit(3), forbids("refund")')).toEqual([]);
    expect(await noticesOf('known("orderId", from("get_order", "/id"))')).toEqual([
      expect.stringMatching(/^refund: looks at earlier calls of the run: open a run for each piece of work/),
    ]);
    expect(await noticesOf('approval({ covers: ["key"] })')).toEqual([
      "refund: rules[0]: a call that leaves key out is refused: the rule needs it",
    ]);
    expect(await noticesOf('check("shared", ({ args }) => args.insurance === undefined && "x" in args)')).toEqual([
      "refund: rules[0]: check: the function asks for 'insurance', which is no argument of refund",
    ]);
    expect(await noticesOf("", "rules: [once(({ orderId }) => orderId)],")).toEqual([
      "get_order: rules[0]: once stands on a read: the same call again gets an old result. A limit may be meant",
    ]);
  });
});

describe("a digest", () => {
  it("changes with every rule, option, function and claim", async () => {
    const rules = [
      "",
      "limit(3)",
      "limit(4)",
      'limit(3, { because: "x" })',
      "limit(3), limit(3)",
      "budget(() => 1, { max: 5 })",
      "budget(() => 2, { max: 5 })",
      'known("orderId", from("get_order", "/id"))',
      'known("orderId", from("get_order", "/total"))',
    ];
    const digests = await Promise.all(rules.map(async (text) => (await refundWith(text)).digest));
    const claims = ["currency", "money"].map((name) => refundWith("", `pin: { currency: claim("${name}") },`));
    digests.push(...(await Promise.all(claims)).map(({ digest }) => digest));
    expect(new Set(digests).size).toBe(11);
    expect((await refundWith("limit(3)")).digest).toBe(digests[1]);
  });
});

describe("a pin from a claim", () => {
  const claimed = (): Promise<Contract> =>
    refundWith("once(({ currency }) => currency)", 'pin: { currency: claim("money") },');

  it("is bound like an argument that no agent has", async () => {
    const { operation, inputSchema, pins, claimPins } = await claimed();
    expect(pins).toEqual({});
    expect(Object.keys(claimPins)).toEqual(["currency"]);
    expect(claimPins["currency"]?.claim).toBe("money");
    expect(Object.keys(Object(inputSchema["properties"]))).toEqual(["orderId", "amount", "key"]);
    const body =
      operation.kind === "rest" && operation.body?.shape.kind === "members" ? operation.body.shape.members : [];
    expect(body.find(({ name }) => name === "currency")?.source).toEqual({ argument: "currency" });
    expect((await refundWith("")).pins).toEqual({ currency: "EUR" });
  });

  it("takes what the operation takes there, and nothing else", async () => {
    const pin = (await claimed()).claimPins["currency"];
    expect(["EUR", "USD", "GBP", 5, null, undefined, ["EUR"]].map((value) => pin?.isValid(value))).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it("takes a member away from an operation as it is", async () => {
    const tools = { delete_order: 'operation: orders.delete("/orders/{orderId}"), pin: { orderId: claim("order") }' };
    const contract = (await catalogOf(tools)).find("delete_order");
    expect(contract?.inputSchema).toMatchObject({ properties: {}, required: [] });
    expect(contract?.claimPins["orderId"]?.isValid("ord_1")).toBe(true);
    expect(contract?.claimPins["orderId"]?.isValid(5)).toBe(false);
  });
});
