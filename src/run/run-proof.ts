// Whose run a token is. Tokens that proved good are remembered by their hash, because a run makes many calls: reading one anew
// costs ten times as much. What is remembered is no longer good once its time is over.
import { createHash } from "node:crypto";
import type { Grant } from "../call.ts";
import { freezeDeep } from "../contract/input/freeze.ts";
import type { FindCaller, Identity } from "./caller.ts";
import { type OpenedRun, readToken } from "./token.ts";

interface Proof {
  readonly ok: true;
  readonly value: Identity;
}

/** Beyond these the one that was read first is read anew: some megabytes. */
const MOST_KEPT = 10_000;

/** Undefined for a token that is not good, and for that of a caller who is declared no more. */
export const createRunProof = (
  key: Uint8Array,
  find: FindCaller,
  now: () => number,
): ((text: string) => Proof | undefined) => {
  const kept = new Map<string, Proof>();
  const read = (text: string, at: number): Proof | undefined => {
    const opened = readToken(text, key, at);
    const owner = opened === undefined ? undefined : find(opened.caller);
    return opened === undefined || owner === undefined ? undefined : identityOf(opened, owner.grant);
  };
  return (text) => {
    const at = now();
    const digest = createHash("sha256").update(text).digest("base64url");
    const known = kept.get(digest);
    if (known !== undefined && (known.value.run.expiresAt ?? 0) > at) return known;
    kept.delete(digest);
    const proven = read(text, at);
    if (proven === undefined) return undefined;
    kept.set(digest, proven);
    const [oldest] = kept.size > MOST_KEPT ? kept.keys() : [];
    if (oldest !== undefined) kept.delete(oldest);
    return proven;
  };
};

const identityOf = (opened: OpenedRun, grant: Grant): Proof => {
  const { id, lineage, caller: name, claims, grants, expiresAt } = opened;
  const run = Object.freeze({ id, lineage, grants: Object.freeze([grant, ...grants]), expiresAt });
  return { ok: true, value: Object.freeze({ caller: Object.freeze({ name, claims: freezeDeep(claims) }), run }) };
};
