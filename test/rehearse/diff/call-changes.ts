// Changes of what stands behind a tool, and of what comes back.
import { getOrder } from "../../support/contracts-folder.ts";
import { type ContractChange, change, local, withInput, withRefund } from "./change.ts";

const input = "input: z.strictObject({ orderId: z.string(), amount: z.int() })";
const euro = 'pin: { currency: "EUR" }';
const refunds = (old: string, now: string): readonly [string, string] => [
  withRefund(`${input}, ${old}`),
  withRefund(`${input}, ${now}`),
];
const outputs = (old: string, now: string): readonly [string, string] => [
  getOrder(`rest: false, output: ${old}`, "tool"),
  getOrder(`rest: false, output: ${now}`, "tool"),
];
const constant = (text: string): string => `const MOST = ${text};\n`;
const check = withInput("a: z.int().refine((n) => n < MOST)");

const helped = withInput("a: z.int().refine((n) => isSmall(n))");

type Directions = readonly [readonly string[], readonly string[]];
const SAME: Directions = [[], []];

export const CALL_CHANGES: readonly ContractChange[] = [
  change("another pin", refunds(euro, 'pin: { currency: "USD" }'), [
    ["widens pin.currency", "narrows pin.currency"],
    ["widens pin.currency", "narrows pin.currency"],
  ]),
  change(
    "a pin that agents choose now",
    [withRefund(`${input}, ${euro}`), withRefund(input.replace("amount", 'currency: z.literal("EUR"), amount'))],
    [
      ["breaks input.currency", "widens pin.currency", "widens input.currency"],
      ["breaks input.currency", "narrows pin.currency"],
    ],
  ),
  change(
    "a pin of the caller",
    refunds(euro, 'pin: { currency: claim("currency") }').map((text) =>
      text.replace("defineContract,", "defineContract, claim,"),
    ) as [string, string],
    [
      ["widens pin.currency", "narrows pin.currency"],
      ["widens pin.currency", "narrows pin.currency"],
    ],
  ),
  change("a longer deadline", refunds(`${euro}, deadlineMs: 1000`, `${euro}, deadlineMs: 5000`), [
    ["widens deadline"],
    ["narrows deadline"],
  ]),
  change("more attempts", refunds(`${euro}, attempts: 3`, `${euro}, attempts: 5`), [
    ["widens attempts"],
    ["narrows attempts"],
  ]),
  change("attempts of the operator's", refunds(`${euro}, attempts: 3`, euro), [
    ["unclear attempts"],
    ["unclear attempts"],
  ]),
  change("another effect", refunds(euro, `${euro}, effect: "destructive"`), [
    ["breaks effect"],
    ["breaks effect", "widens effect"],
  ]),
  change("a route of its own", refunds(euro, `${euro}, rest: false`), [["breaks rest"], ["widens rest"]]),
  change("a path argument with slashes", refunds(euro, `${euro}, encodedSlash: ["orderId"]`), [
    ["widens operation"],
    ["narrows operation"],
  ]),
  change(
    "an argument that goes elsewhere",
    [
      withRefund(`${input.replace("amount", "key: z.string(), amount")}, ${euro}`).replace(
        "map: {",
        'map: { key: "header.Idempotency-Key",',
      ),
      withRefund(`${input.replace("amount", "key: z.string(), amount")}, ${euro}`).replace(
        "map: {",
        'map: { key: "body.orderId",',
      ),
    ],
    [["unclear operation"], ["unclear operation"]],
  ),
  change(
    "another operation",
    [
      getOrder("rest: false", "tool"),
      getOrder('rest: false, effect: "read"', "tool").replace("orders.get", "orders.delete"),
    ],
    [
      ["breaks operation", "widens operation"],
      ["breaks operation", "widens operation"],
    ],
  ),
  change(
    "another description",
    [local("input: z.strictObject({})"), local("input: z.strictObject({})").replace("A tool.", "Another.")],
    [["same description"], ["same description"]],
  ),
  change(
    "examples",
    [local("input: z.strictObject({})"), local('input: z.strictObject({}), examples: [{ name: "x", arguments: {} }]')],
    SAME,
  ),
  change(
    "one member more in an answer",
    outputs("z.object({ id: z.string() })", "z.object({ id: z.string(), name: z.string() })"),
    [["widens output.name"], ["breaks output.name"]],
  ),
  change(
    "a member that may be missing",
    outputs("z.object({ id: z.string() })", "z.object({ id: z.string().optional() })"),
    [["breaks output.id"], ["narrows output.id"]],
  ),
  change("a member of another type", outputs("z.object({ id: z.string() })", "z.object({ id: z.int() })"), [
    ["breaks output.id", "widens output.id"],
    ["breaks output.id", "widens output.id"],
  ]),
  change(
    "a member with one value more",
    outputs('z.object({ s: z.enum(["a"]) })', 'z.object({ s: z.enum(["a", "b"]) })'),
    [["widens output.s"], ["narrows output.s"]],
  ),
  change(
    "a member inside a list",
    outputs("z.array(z.object({ id: z.string() }))", "z.array(z.object({ id: z.string(), x: z.int() }))"),
    [["widens output[].x"], ["breaks output[].x"]],
  ),
  change(
    "an open object that says the same",
    outputs("z.object({ id: z.string() })", "z.looseObject({ id: z.string() })"),
    [["widens output[]"], ["narrows output[]"]],
  ),
  change(
    "a member of one kind of answer",
    outputs(
      "z.union([z.object({ a: z.string() }), z.array(z.string())])",
      "z.union([z.object({ a: z.string(), b: z.string().optional() }), z.array(z.string())])",
    ),
    [["widens output.b"], ["narrows output.b"]],
  ),
  change(
    "members that only choices inside of a part declare",
    outputs(
      "jsonSchema({ allOf: [{ anyOf: [{ properties: { a: {} } }, { type: 'object', properties: { b: {} } }] }] })",
      "jsonSchema({ allOf: [{ anyOf: [{ properties: { a: {} } }, { type: 'object', properties: { c: {} } }] }] })",
    ),
    [["unclear output"], ["unclear output"]],
  ),
  change("an error that agents see", refunds(euro, `${euro}, errors: { 409: z.object({ reason: z.string() }) }`), [
    ["widens errors.409"],
    ["breaks errors.409"],
  ]),
  change(
    "more of an error",
    refunds(
      `${euro}, errors: { 409: z.object({ a: z.string() }) }`,
      `${euro}, errors: { 409: z.object({ a: z.string(), b: z.string().optional() }) }`,
    ),
    [["widens errors.409.b"], ["narrows errors.409.b"]],
  ),
  change("what counts as done", refunds(euro, `${euro}, succeeded: () => true`), [
    ["unclear succeeded"],
    ["unclear succeeded"],
  ]),
  change(
    "a check that uses a constant of its file",
    [constant("5") + check, constant("9") + check],
    [["unclear input.a"], ["unclear input.a"]],
  ),
  change(
    "a check that uses the second constant of a line",
    [`const A = 1, MOST = 5;\n${check}`, `const A = 1, MOST = 9;\n${check}`],
    [["unclear input.a"], ["unclear input.a"]],
  ),
  change(
    "a check that uses a constant taken apart",
    [`const { MOST } = { MOST: 5 };\n${check}`, `const { MOST } = { MOST: 9 };\n${check}`],
    [["unclear input.a"], ["unclear input.a"]],
  ),
  change(
    "a check that uses a helper of its file",
    [
      `const MOST = 5;\nfunction isSmall(n: number) { return n < MOST; }\n${helped}`,
      `const MOST = 9;\nfunction isSmall(n: number) { return n < MOST; }\n${helped}`,
    ],
    [["unclear input.a"], ["unclear input.a"]],
  ),
  change(
    "a check whose parameter has a name that stands inside of another function",
    [
      `const other = () => { const n = 1; return n; };\n${withInput("a: z.int().refine((n) => n < 3)")}`,
      withInput("a: z.int().refine((n) => n < 3)"),
    ],
    SAME,
  ),
  change(
    "a secret",
    [withInput('a: z.string().meta({ "x-secret": true })'), withInput("a: z.string()")],
    [["widens input"], []],
  ),
  change(
    "a check beside a constant that it does not use",
    [
      constant("5") + withInput("a: z.int().refine((n) => n < 3)"),
      constant("9") + withInput("a: z.int().refine((n) => n < 3)"),
    ],
    SAME,
  ),
];
