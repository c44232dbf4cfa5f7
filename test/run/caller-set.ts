// A set of callers with keys, tokens of an issuer, and what they may do.
import { createHash } from "node:crypto";
import type { CallerDeclaration } from "../../src/contract/caller-declaration.ts";
import { type Identities, type IdentityParts, createIdentities } from "../../src/run/identity.ts";

export const KEY = Buffer.alloc(32, 7);
export const NOW = 1_800_000_000_000;
export const BOT_KEY = "bot-key-0123456789abcdef";
export const OPS_KEY = "ops-key-0123456789abcdef";

export const bot: CallerDeclaration = {
  name: "bot",
  proof: { kind: "key", key: { kind: "secret", name: "BOT_KEY" }, claims: { tenant: "acme" } },
  grant: { tools: ["get_order"] },
};
export const ops: CallerDeclaration = {
  name: "ops",
  proof: { kind: "hash", sha256: createHash("sha256").update(OPS_KEY).digest("hex"), claims: {} },
  grant: {},
};

export const partsOf = (more: Partial<IdentityParts> = {}): IdentityParts => ({
  callers: [bot, ops],
  resolve: ({ name }) => (name === "BOT_KEY" ? BOT_KEY : undefined),
  signingKey: KEY,
  issuerKeys: new Map(),
  now: () => NOW,
  isAnonymousAllowed: false,
  ...more,
});

export const identitiesOf = (more: Partial<IdentityParts> = {}): Identities => {
  const created = createIdentities(partsOf(more));
  if (!created.ok) throw new Error(JSON.stringify(created.problems));
  return created.value;
};

/** `bot caller:bot`, or the refusal's code. */
export const identified = async (
  identities: Identities,
  credentials: Parameters<Identities["identify"]>[0],
): Promise<string> => {
  const identity = await identities.identify(credentials);
  return identity.ok ? `${identity.value.caller.name} ${identity.value.run.id}` : identity.refusal.code;
};
