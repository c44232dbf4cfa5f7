// A backend's allow list, worked out once: its globs compiled, and what is asked of it again and again. Capabilities are cut
// here too, so that neither side is told of anything that the table would stop.
import { type JsonObject, type JsonValue, type McpSession, isJsonObject, memberOf } from "../call.ts";
import type { Allow } from "../contract/allow-declaration.ts";
import { ASKED_CAPABILITIES } from "../mcp.ts";
import { type Match, compileNameGlob } from "./glob.ts";
import { type UriMatch, compileUriMatch } from "./uri-match.ts";

export interface AllowList extends Omit<Allow, "resources" | "prompts"> {
  /** Undefined: none. */
  readonly resources: UriMatch | undefined;
  readonly prompts: Match | undefined;
  /** Whether a server may ask the agent for anything. */
  readonly asks: boolean;
  /** Whether anything passes from the server to the agent of its own accord. */
  readonly speaks: boolean;
  /** Each session is wrapped once: backends tell sessions apart by identity. */
  readonly sessions: WeakMap<McpSession, McpSession>;
}

const lists = new WeakMap<Allow, AllowList>();

/** Allow lists live as long as the contracts: each is compiled when it is first used. */
export const allowListOf = (allow: Allow): AllowList => {
  const known = lists.get(allow);
  if (known !== undefined) return known;
  const made = compileAllowList(allow);
  lists.set(allow, made);
  return made;
};

const compileAllowList = (allow: Allow): AllowList => {
  const names = allow.prompts.map(compileNameGlob);
  const asks = allow.elicitation || allow.sampling || allow.roots;
  return Object.freeze({
    ...allow,
    resources: allow.resources.length === 0 ? undefined : compileUriMatch(allow.resources),
    prompts: names.length === 0 ? undefined : (name: string) => names.some((match) => match(name)),
    asks,
    speaks: asks || allow.logging || allow.subscriptions,
    sessions: new WeakMap(),
  });
};

const NOTHING: JsonObject = Object.freeze({});

/** What an agent's client can be asked for. Each entry stays as it is. */
export const cutClientCapabilities = (list: AllowList, capabilities: JsonObject): JsonObject => {
  if (!list.asks) return NOTHING;
  return pick(capabilities, (name) => ASKED_CAPABILITIES.some((asked) => asked === name && list[asked]));
};

/** What a server offers. Changes are told of only where subscriptions are allowed. */
export const cutServerCapabilities = (list: AllowList, capabilities: JsonObject): JsonObject => {
  const changes = list.subscriptions ? ["listChanged"] : [];
  const offered: readonly (readonly [string, boolean, readonly string[]])[] = [
    ["tools", true, changes],
    ["resources", list.resources !== undefined, list.subscriptions ? ["subscribe", "listChanged"] : []],
    ["prompts", list.prompts !== undefined, changes],
    ["completions", list.completion, []],
    ["logging", list.logging, []],
  ];
  return Object.fromEntries(
    offered.flatMap(([name, isAllowed, claims]) => {
      const own = memberOf(capabilities, name);
      if (!isAllowed || (name !== "tools" && !isJsonObject(own))) return [];
      return [
        [name, isJsonObject(own) ? pick(own, (claim, value) => claims.includes(claim) && value === true) : NOTHING],
      ];
    }),
  );
};

/**
 * Answers to what a server asked. An agent may send some without having been asked (stateless servers): an answer of a kind
 * that no server may ask for tells it what it may not know, and does not travel.
 */
export const cutResponses = (list: AllowList, responses: JsonObject): JsonObject => {
  if (!list.asks) return NOTHING;
  return pick(responses, (_, value) => {
    if (!isJsonObject(value)) return false;
    return answers.some(([entry, member]) => list[entry] && Object.hasOwn(value, member));
  });
};

/** ElicitResult, CreateMessageResult, ListRootsResult: the member that each has and no other. */
const answers = [
  ["elicitation", "action"],
  ["sampling", "role"],
  ["roots", "roots"],
] as const;

export const pick = (object: JsonObject, keeps: (name: string, value: JsonValue) => boolean): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([name, value]) => keeps(name, value)));
