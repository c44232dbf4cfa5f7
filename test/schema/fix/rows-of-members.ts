// Words and members: misspelt, on a wrong level, of a union; secrets; several mistakes at once.
import { type Row, as, at, closed, int, none, text } from "./row.ts";

const states = { enum: ["open", "closed", "in_progress"] };
export const WORDS: readonly Row[] = [
  ["another case", at(states), as("OPEN"), as("open")],
  ["other separators", at(states), as("in progress"), as("in_progress")],
  ["no separator", at(states), as("InProgress"), as("in_progress")],
  ["two letters swapped", at(states), as("opne"), as("open")],
  ["a letter missing", at(states), as("closd"), as("closed")],
  ["no guess: the first letter is missing", at(states), as("losed"), none],
  ["no guess: the first letter is another", at({ enum: ["reactivate"] }), as("deactivate"), none],
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
export const MEMBERS: readonly Row[] = [
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
export const LEVELS: readonly Row[] = [
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

const daily = closed({ kind: { const: "daily" }, hour: int }, ["kind", "hour"]);
const range = closed({ kind: { const: "range" }, from: text, to: text }, ["kind", "from"]);
export const UNIONS: readonly Row[] = [
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
  [
    "no name: two branches fit alike",
    { oneOf: [closed({ cardId: text }, ["cardId"]), closed({ cartId: text }, ["cartId"])] },
    { carId: "x" },
    none,
  ],
  [
    "no date: two branches have one each",
    at({
      anyOf: [
        { type: "string", format: "date" },
        { type: "string", format: "date-time" },
      ],
    }),
    as("2024-01-05 00:00:00Z"),
    none,
  ],
  [
    "a misspelt branch beside a mistake in a member",
    closed({ kind: { const: "daily" }, filter: closed({ owner: text }) }, ["kind"]),
    { kind: "Daily", filter: '{"ownr":"x"}' },
    { kind: "daily", filter: { owner: "x" } },
  ],
  [
    "the same where the whole is a union",
    { oneOf: [closed({ kind: { const: "aaaa" }, filter: closed({ owner: text }) }, ["kind"]), range] },
    { kind: "AAAA", filter: '{"ownr":"x"}' },
    { kind: "aaaa", filter: { owner: "x" } },
  ],
  ["a branch as JSON text", { oneOf: [daily, range] }, '{"kind":"daily","hour":3}', { kind: "daily", hour: 3 }],
];

export const SECRETS: readonly Row[] = [
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
export const TOGETHER: readonly Row[] = [
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
