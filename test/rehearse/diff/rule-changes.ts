// Changes of rules.
import { type ContractChange, change, withRules } from "./change.ts";

const rules = (old: string, now: string): readonly [string, string] => [withRules(old), withRules(now)];

type Directions = readonly [readonly string[], readonly string[]];
const SAME: Directions = [[], []];
const widens = (kind: string): Directions => [[`widens rules.${kind}`], [`narrows rules.${kind}`]];
const narrows = (kind: string): Directions => [[`narrows rules.${kind}`], [`widens rules.${kind}`]];
const unclear = (kind: string): Directions => [[`unclear rules.${kind}`], [`unclear rules.${kind}`]];
const both = (kind: string): Directions => {
  const findings = [`widens rules.${kind}`, `narrows rules.${kind}`];
  return [findings, findings];
};

const day = (more: string): string => `during({ timeZone: "Europe/Berlin", ${more} })`;

const small = withRules('check("a", ({ args }) => args.amount < MOST)');
const order = 'lookup("get_order", ({ args }) => ({ orderId: args.orderId }))';
const looksBack = 'check("b", ({ earlier }) => earlier.get_order !== undefined)';

export const RULE_CHANGES: readonly ContractChange[] = [
  change("a rule that is gone", [withRules("limit(3)"), withRules()], widens("limit")),
  change("another reason", rules('limit(3, { because: "A." })', 'limit(3, { because: "B." })'), SAME),
  change("a higher limit", rules("limit(3)", "limit(5)"), widens("limit")),
  change(
    "a limit of the caller",
    rules('limit(3, { window: "1h" })', 'limit(3, { per: "caller", window: "1h" })'),
    narrows("limit"),
  ),
  change(
    "a limit of all callers",
    rules('limit(3, { per: "caller", window: "1h" })', 'limit(3, { per: "tool", window: "1h" })'),
    narrows("limit"),
  ),
  change("a shorter window", rules('limit(3, { window: "24h" })', 'limit(3, { window: "1h" })'), widens("limit")),
  change("a window where the run was counted", rules("limit(3)", 'limit(3, { window: "1h" })'), widens("limit")),
  change(
    "fewer in a shorter window",
    rules('limit(24, { window: "24h" })', 'limit(1, { window: "1h" })'),
    narrows("limit"),
  ),
  change(
    "a few at once, and fewer in a day",
    rules('limit(3, { window: "1h" })', 'limit(5, { window: "24h" })'),
    both("limit"),
  ),
  change(
    "two limits in another order",
    [
      withRules("limit(3)", 'limit(9, { per: "caller", window: "1h" })'),
      withRules('limit(9, { per: "caller", window: "1h" })', "limit(3)"),
    ],
    SAME,
  ),
  change(
    "one of two limits",
    [
      withRules("limit(3)", 'limit(9, { per: "caller", window: "1h" })'),
      withRules("limit(4)", 'limit(9, { per: "caller", window: "1h" })'),
    ],
    widens("limit"),
  ),
  change(
    "what a limit counts by",
    rules(
      'limit(3, { per: ({ orderId }) => orderId, window: "1h" })',
      'limit(3, { per: ({ orderId }) => orderId + "!", window: "1h" })',
    ),
    unclear("limit"),
  ),
  change(
    "a function for what is counted",
    rules("limit(3)", 'limit(3, { per: ({ orderId }) => orderId, window: "1h" })'),
    unclear("limit"),
  ),
  change(
    "a higher budget",
    rules("budget(({ amount }) => amount, { max: 10 })", "budget(({ amount }) => amount, { max: 10.5 })"),
    widens("budget"),
  ),
  change(
    "the same budget in finer amounts",
    rules("budget(({ amount }) => amount, { max: 10, decimals: 0 })", "budget(({ amount }) => amount, { max: 10 })"),
    widens("budget"),
  ),
  change(
    "another amount",
    rules("budget(({ amount }) => amount, { max: 10 })", "budget(({ amount }) => amount / 2, { max: 10 })"),
    unclear("budget"),
  ),
  change(
    "once for longer",
    rules('once(({ orderId }) => orderId, { window: "1d" })', 'once(({ orderId }) => orderId, { window: "7d" })'),
    narrows("once"),
  ),
  change(
    "once for another thing",
    rules("once(({ orderId }) => orderId)", "once(({ amount }) => amount)"),
    unclear("once"),
  ),
  change(
    "a longer lease",
    rules(
      'exclusive(({ orderId }) => orderId, { lease: "30s" })',
      'exclusive(({ orderId }) => orderId, { lease: "60s" })',
    ),
    narrows("exclusive"),
  ),
  change(
    "a person in some cases",
    rules("approval()", "approval({ when: ({ amount }) => amount > 5 })"),
    widens("approval"),
  ),
  change(
    "a person in other cases",
    rules("approval({ when: ({ amount }) => amount > 5 })", "approval({ when: ({ amount }) => amount > 9 })"),
    unclear("approval"),
  ),
  change("a person who agrees to less", rules("approval()", 'approval({ covers: ["orderId"] })'), widens("approval")),
  change(
    "a person who agrees to something else",
    rules('approval({ covers: ["amount"] })', 'approval({ covers: ["orderId"] })'),
    both("approval"),
  ),
  change(
    "a word that holds longer",
    rules('approval({ holds: "1h" })', 'approval({ holds: "2h" })'),
    widens("approval"),
  ),
  change("longer hours", rules(day('from: "09:00", to: "17:00"'), day('from: "08:00", to: "17:00"')), widens("during")),
  change(
    "hours that move",
    rules(day('from: "09:00", to: "17:00"'), day('from: "10:00", to: "18:00"')),
    both("during"),
  ),
  change("fewer days", rules(day('from: "09:00"'), day('from: "09:00", days: ["mon"]')), narrows("during")),
  change(
    "a night of one day, which ends on the next",
    rules(day('days: ["mon", "tue"]'), day('days: ["mon"], from: "22:00", to: "06:00"')),
    narrows("during"),
  ),
  change("other clocks", rules(day('from: "09:00"'), 'during({ timeZone: "UTC", from: "09:00" })'), unclear("during")),
  change(
    "evidence that may be older",
    rules('requires("get_order", { within: "1h" })', 'requires("get_order", { within: "2h" })'),
    widens("requires"),
  ),
  change(
    "evidence of any age",
    rules('requires("get_order", { within: "1h" })', 'requires("get_order")'),
    widens("requires"),
  ),
  change(
    "evidence of the same thing",
    rules('requires("get_order")', 'requires("get_order", { same: { orderId: "orderId" } })'),
    narrows("requires"),
  ),
  change(
    "evidence of one more tool",
    rules('requires(["get_order"])', 'requires(["get_order", "read_order"])'),
    widens("requires"),
  ),
  change(
    "evidence of one more tool, which is looked at",
    rules(
      'requires(["get_order"], { where: ({ result }) => result !== null })',
      'requires(["get_order", "read_order"], { where: ({ result }) => result !== null })',
    ),
    unclear("requires"),
  ),
  change("evidence of another tool", rules('requires("get_order")', 'requires("read_order")'), both("requires")),
  change(
    "evidence that is looked at",
    rules('requires("get_order")', 'requires("get_order", { where: ({ result }) => result.note !== "" })'),
    narrows("requires"),
  ),
  change(
    "a function for the same thing",
    rules(
      'requires("get_order", { same: { orderId: "orderId" } })',
      'requires("get_order", { same: ({ args }) => ({ orderId: args.orderId }) })',
    ),
    unclear("requires"),
  ),
  change(
    "what is forbidden after the same thing alone",
    rules('forbids("get_order")', 'forbids("get_order", { same: { orderId: "orderId" } })'),
    widens("forbids"),
  ),
  change(
    "what is looked up",
    rules(
      'lookup("get_order", ({ args }) => ({ orderId: args.orderId }))',
      'lookup("get_order", ({ args }) => ({ orderId: args.orderId + "" }))',
    ),
    unclear("lookup"),
  ),
  change(
    "what a lookup has to show",
    rules(
      'lookup("get_order", ({ args }) => ({ orderId: args.orderId }))',
      'lookup("get_order", ({ args }) => ({ orderId: args.orderId }), ({ result }) => result !== null)',
    ),
    narrows("lookup"),
  ),
  change(
    "one more origin of a value",
    rules(
      'known("orderId", [from("get_order", "/id")])',
      'known("orderId", [from("get_order", "/id"), from("get_order", "/note")])',
    ),
    widens("known"),
  ),
  change(
    "another origin of a value",
    rules('known("orderId", [from("get_order", "/id")])', 'known("orderId", [from("get_order", "/note")])'),
    unclear("known"),
  ),
  change(
    "an origin that is a function",
    rules(
      'known("orderId", from("get_order", ({ result }) => [result.id]))',
      'known("orderId", from("get_order", ({ result }) => [result.note]))',
    ),
    unclear("known"),
  ),
  change(
    "a check",
    rules('check("a", ({ args }) => args.amount !== 3)', 'check("a", ({ args }) => args.amount !== 4)'),
    unclear("check"),
  ),
  change(
    "a check of another name",
    rules('check("a", ({ args }) => args.amount !== 3)', 'check("b", ({ args }) => args.amount !== 3)'),
    both("check"),
  ),
  change(
    "a night at the end of the week",
    rules(day('days: ["sat", "sun"]'), day('days: ["sat"], from: "22:00", to: "06:00"')),
    narrows("during"),
  ),
  change(
    "a check that uses a constant of its file",
    [`const MOST = 5;\n${small}`, `const MOST = 9;\n${small}`],
    unclear("check"),
  ),
  change(
    "rules in another order",
    [withRules(order, looksBack), withRules(looksBack, order)],
    [["unclear rules"], ["unclear rules"]],
  ),
];
