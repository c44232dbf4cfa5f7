// Who a name stands for: the callers that the contracts declare, the subjects of those with tokens of their own, and the
// anonymous one where the operator allows it. A run belongs to one of them, and is nobody's when it is declared no more.
import type { Caller, Grant, JsonObject, Run } from "../call.ts";
import type { CallerDeclaration } from "../contract/caller-declaration.ts";

export const ANONYMOUS = "anonymous";

export interface KnownCaller {
  readonly grant: Grant;
  /** Those declared beside a key; a subject's stand in its token alone. */
  readonly claims: JsonObject;
}

export type FindCaller = (name: string) => KnownCaller | undefined;

/** Letters, digits, signs: what people can read and nobody can hide in. */
export const isSubject = (value: unknown): value is string =>
  typeof value === "string" && /^[^\p{C}\p{Z}]{1,128}$/u.test(value);

export const createCallerFinder = (callers: readonly CallerDeclaration[], isAnonymousAllowed: boolean): FindCaller => {
  const byName = new Map(callers.map((caller) => [caller.name, caller]));
  return (name) => {
    if (name === ANONYMOUS) return isAnonymousAllowed ? NOBODY : undefined;
    const slash = name.indexOf("/");
    const found = byName.get(slash < 0 ? name : name.slice(0, slash));
    if (found === undefined || (found.proof.kind === "jwt") !== slash >= 0) return undefined;
    if (found.proof.kind !== "jwt") return { grant: found.grant, claims: found.proof.claims };
    return isSubject(name.slice(slash + 1)) ? { grant: found.grant, claims: {} } : undefined;
  };
};

const NOBODY: KnownCaller = Object.freeze({ grant: {}, claims: {} });

export interface Identity {
  readonly caller: Caller;
  readonly run: Run;
}

/** The caller as a whole, which is the run of calls without a token. */
export const callerAsWhole = (name: string, { grant, claims }: KnownCaller): Identity => {
  const id = callerRunId(name);
  const run: Run = { id, lineage: [id], grants: [grant], expiresAt: undefined };
  return Object.freeze({ caller: Object.freeze({ name, claims }), run: Object.freeze(run) });
};

/** Subjects are foreign texts: none may look like another's run with something behind it (`~` a session, `|` a key). */
export const callerRunId = (name: string): string =>
  `caller:${name.replaceAll(/[%~|]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)}`;
