// Contracts that use every rule, well and badly, over a backend with one POST path a tool.
import { createHash } from "node:crypto";
import { writeContracts } from "../support/contracts-folder.ts";

const text = { type: "string" };
/** What the backend takes and gives: `amount` is anything, so that rules meet what no schema would let through. */
const members = { orderId: text, amount: {}, note: text, reason: text, tenant: text };
const result = {
  id: text,
  total: { type: "number" },
  status: text,
  orders: { type: "array", items: { type: "object" } },
};
const json = (properties: object): object => ({
  "application/json": { schema: { type: "object", properties, additionalProperties: false } },
});

const documentOf = (tools: readonly string[]): object => ({
  openapi: "3.1.0",
  info: { title: "Tools", version: "1" },
  paths: Object.fromEntries(
    tools.map((tool) => [
      `/${tool}`,
      {
        post: {
          requestBody: { required: true, content: json(members) },
          responses: { "200": { description: "Done", content: json(result) } },
        },
      },
    ]),
  ),
});

const MEMBERS = {
  orderId: "orderId: z.string()",
  order: "orderId: z.string().optional()",
  amount: "amount: z.number()",
  note: "note: z.string().optional()",
} as const;

const input = (...names: readonly (keyof typeof MEMBERS)[]): string =>
  `input: z.strictObject({ ${names.map((name) => MEMBERS[name]).join(", ")} })`;

const anyAmount = `input: jsonSchema({ type: "object", properties: { orderId: { type: "string" }, amount: true }, additionalProperties: false })`;

const read = 'effect: "read"';
const rules = (...written: readonly string[]): string => `rules: [${written.join(", ")}]`;
const sameOrder = '{ same: { orderId: "orderId" } }';
const own = (more: string): string => `${input("orderId", "amount", "note")}, ${rules(more)}`;

/** Tool name to the members of its contract. */
export const tools: Readonly<Record<string, string>> = {
  get_order: `${input("orderId")}, ${read}`,
  plain: `${input("orderId")}, ${read}`,
  mine: `${input("orderId")}, pin: { tenant: claim("tenant") }, ${rules('check("mine", ({ args }) => args.tenant !== "evil")')}`,
  list_orders: `${input()}, ${read}`,
  refund: own(
    `requires("get_order", { same: { orderId: "orderId" }, where: ({ args, result }) => args.amount <= result.total, within: "10m", because: "Clause 1." })`,
  ),
  refund_part: own(
    `requires("get_order", { same: { orderId: "orderId" }, where: ({ args, result }) => args.amount <= result.total || [{ path: "/amount", message: "is too much" }] })`,
  ),
  refund_latest: own(`requires("get_order", { same: ({ args }) => ({ orderId: args.orderId }) })`),
  needs_order: `${input("order")}, ${rules(`requires("get_order", ${sameOrder})`)}`,
  cancel: `${input("orderId")}, effect: "destructive"`,
  ship: `${input("orderId")}, ${rules(`forbids("cancel", { same: { orderId: "orderId" }, because: "Clause 2." })`)}`,
  ship_any: `${input("order")}, ${rules(`forbids("cancel", ${sameOrder})`)}`,
  pick: `${input("orderId")}, ${rules(`known("orderId", from("list_orders", "/orders/*/id"))`)}`,
  pick_any: `${input("order")}, ${rules(`known("orderId", from("list_orders", "/orders/*/id"))`)}`,
  pay: own(
    `lookup("get_order", ({ args }) => ({ orderId: args.orderId }), ({ args, result }) => result.status === "open" && args.amount <= result.total)`,
  ),
  pay_wrongly: own(`lookup("get_order", ({ args }) => ({ order: args.orderId }))`),
  get_checked: `${input("orderId")}, ${read}, succeeded: ({ status }) => status === "open"`,
  pay_checked: own('lookup("get_checked", ({ args }) => ({ orderId: args.orderId }))'),
  unclear: `${input("orderId")}, succeeded: ({ status }) => { if (status === "odd") throw new Error("no"); return true; }, ${rules("once(({ orderId }) => orderId)")}`,
  after_unclear: `${input("orderId")}, ${rules(`requires("unclear", ${sameOrder})`)}`,
  tag: `${input("orderId")}, ${rules('limit(2, { because: "Clause 3." })')}`,
  tag_slowly: `${input("orderId")}, ${rules('limit(1, { window: "1m" })')}`,
  tag_each: `${input("orderId")}, ${rules('limit(1, { per: ({ orderId }) => orderId, window: "1h" })')}`,
  tag_reading: `${input("orderId")}, ${read}, ${rules("limit(2)")}`,
  spend: `${anyAmount}, ${rules("budget(({ amount }) => amount, { max: 100 })")}`,
  spend_hourly: `${anyAmount}, ${rules('budget(({ amount }) => amount, { max: 100, window: "1h", per: ({ orderId }) => orderId })')}`,
  charge: own("once(({ orderId }) => orderId)"),
  deploy: own("exclusive(({ orderId }) => orderId)"),
  wire: own(
    `approval({ when: ({ amount }) => amount > 10, covers: ["orderId", "amount"], waits: "1h", holds: "10m", because: "Clause 4." })`,
  ),
  wire_all: own("approval()"),
  wire_order: `${input("order", "note")}, ${rules('approval({ covers: ["orderId"] })')}`,
  everything: own(
    "once(({ orderId }) => orderId), limit(1), budget(({ amount }) => amount, { max: 100 }), exclusive(({ orderId }) => orderId), approval()",
  ),
  desk: `${input("orderId")}, ${rules('during({ from: "09:00", to: "17:00", timeZone: "UTC" })')}`,
  small: own(`check("small", ({ args }) => args.amount < 5 || [{ path: "/amount", message: "is not small" }])`),
  counted: `${input("orderId")}, succeeded: (result) => result.status !== "refused", ${rules("once(({ orderId }) => orderId)", "budget(() => 60, { max: 100 })", "limit(3)")}`,
  bad_check: own("check('x', () => 5)"),
  bad_key: own("once(() => undefined)"),
  bad_lease: own("exclusive(() => { throw new Error('no'); })"),
  bad_amount: own("budget(() => { throw new Error('no'); }, { max: 1 })"),
  bad_per: own("limit(1, { per: ({ amount }) => (amount === 1 ? Promise.reject(new Error('no')) : 1), window: '1h' })"),
  bad_when: own("approval({ when: () => 1 })"),
  bad_lookup: own("lookup('get_order', () => { throw new Error('no'); })"),
  bad_where: own("lookup('get_order', ({ args }) => ({ orderId: args.orderId }), () => ({ amount: 1 }))"),
  mark: own("forbids('get_order', { same: { orderId: 'orderId' } })"),
};

const keyHash = (key: string): string => `sha256:${createHash("sha256").update(key).digest("hex")}`;

export const keyOf = (index: number): string => `canary-b072-key-${index}`;

/** Callers `c0`, `c1`, … with keys of `keyOf`: each is a caller as a whole that nothing has been counted for. */
const callersText = (count: number): string =>
  Array.from(
    { length: count },
    (_, index) => `export const c${index} = defineCaller({ name: "c${index}", keyHash: "${keyHash(keyOf(index))}" });`,
  ).join("\n");

export interface FolderParts {
  readonly callers: number;
  /** Further contracts. */
  readonly tools?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}

export const writeRuleContracts = ({ callers, tools: more = {}, files = {} }: FolderParts): string => {
  const all = { ...tools, ...more };
  const imports = `import { approval, budget, check, claim, defineContract, during, exclusive, forbids, from, jsonSchema, known, limit, local, lookup, once, requires, z } from "checkrein";`;
  const output = `output: z.object({ id: z.string().optional(), total: z.number().optional(), status: z.string().optional(), orders: z.array(z.object({ id: z.string() })).optional() })`;
  const contracts = Object.entries(all).map(([tool, text_]) => [
    `${tool}.ts`,
    `${imports}\nimport { api } from "./backend.ts";\nexport default defineContract({ tool: "${tool}", description: "A tool.", ${text_.startsWith("operation:") ? "" : `operation: api.post("/${tool}"), ${output}, `}${text_} });\n`,
  ]);
  return writeContracts({
    "openapi.json": JSON.stringify(documentOf(Object.keys(all))),
    "backend.ts": `import { defineRestBackend, env } from "checkrein";
export const api = defineRestBackend({ name: "api", document: "openapi.json", url: env("API_URL"), deadlineMs: 400 });\n`,
    "callers.ts": `import { defineCaller } from "checkrein";\n${callersText(callers)}\n`,
    ...Object.fromEntries(contracts),
    ...files,
  });
};
