// What load says about rules that name other tools: whether these exist, have what is asked of them, and can ever be called.
import { describe, expect, it } from "vitest";
import { getOrder, localTool, problemsOf, refund } from "./rule-folder.ts";

const said = async (tools: Readonly<Record<string, string>>): Promise<readonly string[]> =>
  (await problemsOf(tools)).map(({ file, place, message, mend }) => `${file} ${place}: ${message} (${mend})`);

/** A tool with these rules, beside a get_order. */
const beside = (rules: string): Promise<readonly string[]> => said({ get_order: getOrder(), refund: refund(rules) });
const write =
  'operation: orders.delete("/orders/{orderId}"), rest: false, input: z.strictObject({ orderId: z.string() }),';

describe("a rule that names a tool", () => {
  it.each([
    ['requires("get_ordr")', "tool"],
    ['requires(["get_order", "get_ordr"])', "tool"],
    ['forbids("get_ordr")', "tool"],
    ['lookup("get_ordr", () => ({}))', "tool"],
    ['known("orderId", from("get_ordr", "/id"))', "from.tool"],
    ['known(() => [], [from("get_order", "/id"), from("get_ordr", "/id")])', "from[1].tool"],
  ])("is refused when there is no such tool: %s", async (rule, place) => {
    expect(await beside(rule)).toEqual([
      `refund.ts rules[0].${place}: there is no tool "get_ordr" (did you mean get_order?)`,
    ]);
  });

  it("is refused when that tool has no such argument", async () => {
    const wanted = "refund.ts rules[0].same.orderId: get_order has no argument 'id' (use one of: orderId)";
    expect(await beside('requires("get_order", { same: { orderId: "id" } })')).toEqual([wanted]);
    expect(await beside('forbids("get_order", { same: { orderId: "id" } })')).toEqual([wanted]);
    expect(await beside('requires(["get_order"], { same: { orderId: "id" } })')).toEqual([wanted]);
  });

  it("may name pins and claims of that tool, and of its own", async () => {
    const other = refund("", 'pin: { currency: claim("currency") },');
    expect(
      await said({ refund: refund('forbids("other", { same: { currency: "currency", key: "key" } })'), other }),
    ).toEqual([]);
  });

  it("is not blamed for what is wrong with that tool", async () => {
    const broken = getOrder().replace("z.string()", "z.date()");
    const problems = await said({
      get_order: broken,
      refund: refund('requires("get_order", { same: { orderId: "x" } }), known("orderId", from("get_order", "/y"))'),
    });
    expect(problems.map((text) => text.split(" ")[0])).toEqual(["get_order.ts"]);
  });

  it("is refused for a tool whose calls nobody sees", async () => {
    const local = { local_one: localTool(), get_order: getOrder() };
    const message = '"local_one" is local: it runs in the agent, so that no call of it is ever seen to take place';
    for (const rule of ['requires("local_one")', 'forbids("local_one")', 'lookup("local_one", () => ({}))'])
      expect(await said({ ...local, refund: refund(rule) })).toEqual([
        `refund.ts rules[0].tool: ${message} (name a tool that is called through checkrein)`,
      ]);
    expect(await said({ ...local, refund: refund('known("orderId", from("local_one", "/id"))') })).toEqual([
      `refund.ts rules[0].from: ${message} (name a tool that is called through checkrein)`,
    ]);
    expect(await said({ ...local, refund: refund('requires(["local_one", "get_order"])') })).toEqual([]);
    expect(
      await said({
        get_order: getOrder(),
        own: localTool('requires("get_order"), forbids("get_order", { same: { orderId: "orderId" } })'),
      }),
    ).toHaveLength(0);
  });
});

describe("a lookup", () => {
  it.each([
    [`${write}`, '"other" is not a read: it has the effect destructive'],
    [getOrder("rules: [limit(3)]"), '"other" has the rule limit, which a lookup cannot keep'],
    [getOrder('rules: [lookup("get_order", () => ({}))]'), '"other" has the rule lookup, which a lookup cannot keep'],
    [getOrder('rules: [requires("get_order")]'), '"other" has the rule requires, which a lookup cannot keep'],
  ])("takes only a read that stands alone: %s", async (other, message) => {
    const tools = { get_order: getOrder(), other, refund: refund('lookup("other", () => ({}))') };
    expect((await problemsOf(tools)).map((problem) => problem.message)).toEqual([message]);
  });

  it("takes a read that is bound to hours or checks", async () => {
    const other = getOrder('rules: [during({ timeZone: "UTC", days: ["mon"] }), check("x", () => true)]');
    expect(await said({ other, refund: refund('lookup("other", ({ args }) => ({ orderId: args.orderId }))') })).toEqual(
      [],
    );
  });
});

describe("an origin", () => {
  it.each(["/id", "/lines/*/sku", "/lines/0/sku", "/more", "/more/a/*/b", "/*"])("can be at %s", async (path) => {
    expect(await beside(`known("orderId", from("get_order", "${path}"))`)).toEqual([]);
  });

  it.each([
    ["/orderId", "a result of get_order has nothing at /orderId"],
    ["/lines/sku", "a result of get_order has nothing at /lines/sku"],
    ["/lines/*/id", "a result of get_order has nothing at /lines/*/id"],
    ["/id/*", "a result of get_order has nothing at /id/*"],
    ["/lines", "get_order has a list or an object at /lines"],
    ["/lines/*", "get_order has a list or an object at /lines/*"],
    ["", "get_order has a list or an object at "],
  ])("cannot be at %s", async (path, message) => {
    expect(await beside(`known("orderId", from("get_order", "${path}"))`)).toEqual([
      `refund.ts rules[0].from.path: ${message} (it has /id, /total, /lines, /more; * stands for every entry)`,
    ]);
  });
});

describe("a tool that can never be called", () => {
  const message = (problems: readonly string[]): readonly string[] => problems.map((text) => text.replace(/ \(.*/, ""));

  it("because it needs itself first", async () => {
    expect(message(await said({ refund: refund('requires("refund")') }))).toEqual([
      "refund.ts rules[0].tool: goes round in a circle: refund → refund",
    ]);
    expect(await said({ refund: refund('requires(["refund", "get_order"])'), get_order: getOrder() })).toEqual([]);
    expect(
      await said({
        refund: refund('known("key", [from("refund", "/id"), from("get_order", "/id")])'),
        get_order: getOrder(),
      }),
    ).toEqual([]);
  });

  it("because its needs go round in a circle, which is told once, in order", async () => {
    const tools = {
      a: getOrder('rules: [requires("b")]'),
      b: getOrder('rules: [check("x", () => true), known("orderId", from("c", "/id"))]'),
      c: getOrder('rules: [requires("a")]'),
      d: getOrder('rules: [requires("b")]'),
    };
    expect(message(await said(tools))).toEqual([
      "a.ts rules[0].tool: goes round in a circle: a → b → c → a",
      'd.ts rules[0].tool: "b" can never be called, so that d cannot be called either',
    ]);
  });

  it("because what it needs can never be called", async () => {
    const tools = { own: localTool(), a: getOrder('rules: [requires("own")]'), b: getOrder('rules: [requires("a")]') };
    expect(message(await said(tools))).toEqual([
      'a.ts rules[0].tool: "own" is local: it runs in the agent, so that no call of it is ever seen to take place',
      'b.ts rules[0].tool: "a" can never be called, so that b cannot be called either',
    ]);
    const other = getOrder('rules: [requires(["a", "c"])]');
    expect(message(await said({ ...tools, b: other, c: getOrder() }))).toHaveLength(1);
  });

  it("because it forbids what it needs", async () => {
    const forbidden = "refund.ts rules[1].tool: refund needs a get_order first, and is forbidden after it";
    const needs = 'requires("get_order", { same: { orderId: "orderId" } })';
    expect(message(await beside(`${needs}, forbids("get_order")`))).toEqual([forbidden]);
    expect(message(await beside(`${needs}, forbids("get_order", { same: { orderId: "orderId" } })`))).toEqual([
      forbidden,
    ]);
    expect(message(await beside(`known("orderId", from("get_order", "/id")), forbids("get_order")`))).toEqual([
      forbidden,
    ]);
    const far = { get_order: getOrder(), b: getOrder('rules: [requires("get_order")]') };
    expect(message(await said({ ...far, refund: refund('requires("b"), forbids("get_order")') }))).toEqual([forbidden]);
  });

  it("is not one that forbids other things than it needs", async () => {
    const needs = 'requires("get_order", { same: { orderId: "orderId" } })';
    expect(await beside(`${needs}, forbids("get_order", { same: { key: "orderId" } })`)).toEqual([]);
    expect(await beside('requires("get_order"), forbids("get_order", { same: { orderId: "orderId" } })')).toEqual([]);
    expect(await beside('forbids("refund")')).toEqual([]);
    expect(await beside('known("/orderId", from("get_order", "/more/*")), limit(1)')).toEqual([]);
  });
});
