// What the store's keys look like: `<what>|<of which>|<digest>`. Everything foreign in a key (a caller's name, a value out of
// an argument) stands in it as a digest: it can neither spell another key nor be read in the store.
import { hash } from "node:crypto";
import type { GrantLimit } from "../../call.ts";
import type { ValueOrigin } from "../../contract/rule/rule.ts";
import { canonicalJson } from "../../json/canonical.ts";

/** Of a JSON value by its meaning: `1` and `"1"` differ, the order of members does not count. */
export const digest = (value: unknown): string => hash("sha256", canonicalJson(value), "base64url");

/** Where records of a tool's calls stand in one scope: by these arguments, or (undefined) by all. */
export const recordKey = (scope: string, tool: string, names: readonly string[] | undefined): string =>
  `record|${tool}|${digest([scope, names ?? null])}`;

export const memberKey = (scope: string, { tool, id }: Pick<ValueOrigin, "tool" | "id">): string =>
  `known|${tool}|${digest([scope, id])}`;

/** The mark of a call that `forbids` asks for: arguments by name, sorted. */
export const markKey = (
  root: string,
  tool: string,
  about: readonly (readonly [name: string, value: unknown])[],
): string => `mark|${tool}|${digest([root, about])}`;

/** `position`: the grant's place among those of the run, and the limit's in the grant. A bound that is changed goes on counting. */
export const grantKey = (run: string, position: string, { tools }: GrantLimit): string =>
  `grant|${position}|${digest([run, tools ?? null])}`;

/** What one rule keeps about one thing. */
export const ruleKey = (rule: { readonly id: string }, about: string, value: unknown): string =>
  `${rule.id}|${about}|${digest(value)}`;
