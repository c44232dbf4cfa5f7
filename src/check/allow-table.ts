// Every message of the protocol, in both eras, that may pass between an agent and an MCP backend beside tool calls: who
// sends it, which entry of the allow list names it, and what of it passes. What has no row does not pass.
// https://modelcontextprotocol.io/specification/2026-07-28 and 2025-11-25
import { type JsonObject, type JsonValue, type McpEra, isJsonObject, memberOf } from "../call.ts";
import { type AllowList, cutResponses, pick } from "./allow-list.ts";
import type { Match } from "./glob.ts";

export interface Row {
  readonly form: "request" | "notification";
  /** Undefined: both. */
  readonly era: McpEra | undefined;
  /** The entry of the allow list. */
  readonly isAllowed: (list: AllowList) => boolean;
  /** What passes of the parameters, or the JSON Pointer of what is wrong or not allowed. */
  readonly params: (list: AllowList, params: JsonObject) => JsonObject | Pointer;
  /** What passes of the result; undefined when nothing may. */
  readonly result: (list: AllowList, result: JsonObject) => JsonObject | undefined;
  /** Whether the server may ask for something before it answers (2026-07-28, multi round-trip requests). */
  readonly demands: boolean;
}

/** JSON Pointer into the parameters. */
export type Pointer = string;

type Params = Row["params"];
type Result = Row["result"];
type Entry = Row["isAllowed"];

const whole = (_: AllowList, value: JsonObject): JsonObject => value;

const row = (isAllowed: Entry, more: Partial<Row> = {}): Row => ({
  form: "request",
  era: undefined,
  isAllowed,
  params: whole,
  result: whole,
  demands: false,
  ...more,
});

const notification = (isAllowed: Entry, more: Partial<Row> = {}): Row =>
  row(isAllowed, { form: "notification", ...more });

const matches = (match: Match | undefined, value: JsonValue | undefined): boolean =>
  match !== undefined && typeof value === "string" && match(value);

const hasResources: Entry = ({ resources }) => resources !== undefined;
const hasPrompts: Entry = ({ prompts }) => prompts !== undefined;
const hearsResources: Entry = ({ resources, subscriptions }) => subscriptions && resources !== undefined;
const hearsPrompts: Entry = ({ prompts, subscriptions }) => subscriptions && prompts !== undefined;

const namedUri: Params = (list, params) => (matches(list.resources?.uri, memberOf(params, "uri")) ? params : "/uri");

const namedPrompt: Params = (list, params) => (matches(list.prompts, memberOf(params, "name")) ? params : "/name");

/** Answers in the parameters of a request that may be demanding. */
const withAnswers =
  (named: Params): Params =>
  (list, params) => {
    const own = named(list, params);
    const responses = memberOf(params, "inputResponses");
    if (typeof own === "string" || responses === undefined) return own;
    return isJsonObject(responses) ? { ...own, inputResponses: cutResponses(list, responses) } : "/inputResponses";
  };

const namedReference: Params = (list, params) => {
  const reference = memberOf(params, "ref");
  if (!isJsonObject(reference)) return "/ref";
  const type = memberOf(reference, "type");
  if (type === "ref/prompt") return matches(list.prompts, memberOf(reference, "name")) ? params : "/ref/name";
  if (type !== "ref/resource") return "/ref/type";
  const uri = memberOf(reference, "uri");
  const { resources } = list;
  return matches(resources?.uri, uri) || matches(resources?.template, uri) ? params : "/ref/uri";
};

/** The list in a result, without what is not allowed. A result without its list is no result. */
const filtered =
  (member: string, keeps: (list: AllowList, item: JsonObject) => boolean): Result =>
  (list, result) => {
    const items = memberOf(result, member);
    if (!Array.isArray(items)) return undefined;
    return { ...result, [member]: items.filter((item: JsonValue) => isJsonObject(item) && keeps(list, item)) };
  };

/** A server that answers with another resource than those it may show has its whole answer dropped. */
const namedContents: Result = (list, result) => {
  const contents = memberOf(result, "contents");
  const isNamed = (item: JsonValue): boolean =>
    isJsonObject(item) && matches(list.resources?.uri, memberOf(item, "uri"));
  return Array.isArray(contents) && contents.every(isNamed) ? result : undefined;
};

/** SubscriptionFilter: what is not allowed is not asked for, and members that nobody knows are not passed on. */
const narrowFilter = (list: AllowList, filter: JsonObject): JsonObject => {
  const uris = memberOf(filter, "resourceSubscriptions");
  const allowed = Array.isArray(uris) ? uris.filter((uri: JsonValue) => matches(list.resources?.uri, uri)) : [];
  const flags = pick(filter, (name, value) => value === true && changes.get(name)?.(list) === true);
  return allowed.length === 0 ? flags : { ...flags, resourceSubscriptions: allowed };
};

const changes: ReadonlyMap<string, Entry> = new Map<string, Entry>([
  ["toolsListChanged", (list) => list.subscriptions],
  ["promptsListChanged", hearsPrompts],
  ["resourcesListChanged", hearsResources],
]);

/** Built anew; `_meta` alone is kept, which ties a stream together. */
const narrowed: Params = (list, params) => {
  const filter = memberOf(params, "notifications");
  if (!isJsonObject(filter)) return "/notifications";
  const meta = memberOf(params, "_meta");
  return { ...(meta === undefined ? {} : { _meta: meta }), notifications: narrowFilter(list, filter) };
};

const legacy = "legacy";
const modern = "modern";

/** What an agent may send. */
export const fromAgent: ReadonlyMap<string, Row> = new Map<string, Row>([
  [
    "resources/list",
    row(hasResources, {
      result: filtered("resources", (list, item) => matches(list.resources?.uri, memberOf(item, "uri"))),
    }),
  ],
  [
    "resources/templates/list",
    row(hasResources, {
      result: filtered("resourceTemplates", (list, item) =>
        matches(list.resources?.template, memberOf(item, "uriTemplate")),
      ),
    }),
  ],
  ["resources/read", row(hasResources, { params: withAnswers(namedUri), result: namedContents, demands: true })],
  ["resources/subscribe", row(hearsResources, { era: legacy, params: namedUri })],
  ["resources/unsubscribe", row(hearsResources, { era: legacy, params: namedUri })],
  [
    "prompts/list",
    row(hasPrompts, { result: filtered("prompts", (list, item) => matches(list.prompts, memberOf(item, "name"))) }),
  ],
  ["prompts/get", row(hasPrompts, { params: withAnswers(namedPrompt), demands: true })],
  ["completion/complete", row((list) => list.completion, { params: namedReference })],
  ["logging/setLevel", row((list) => list.logging, { era: legacy })],
  ["subscriptions/listen", row((list) => list.subscriptions, { era: modern, params: narrowed })],
  ["notifications/roots/list_changed", notification((list) => list.roots, { era: legacy })],
]);

/** What a server may send. In the modern era it asks in its results: the same rows say for what. */
export const fromServer: ReadonlyMap<string, Row> = new Map<string, Row>([
  ["roots/list", row((list) => list.roots)],
  ["sampling/createMessage", row((list) => list.sampling)],
  ["elicitation/create", row((list) => list.elicitation)],
  ["notifications/elicitation/complete", notification((list) => list.elicitation, { era: legacy })],
  ["notifications/message", notification((list) => list.logging)],
  ["notifications/tools/list_changed", notification((list) => list.subscriptions)],
  ["notifications/prompts/list_changed", notification(hearsPrompts)],
  ["notifications/resources/list_changed", notification(hearsResources)],
  ["notifications/resources/updated", notification(hearsResources, { params: namedUri })],
  [
    "notifications/subscriptions/acknowledged",
    notification((list) => list.subscriptions, { era: modern, params: narrowed }),
  ],
]);
