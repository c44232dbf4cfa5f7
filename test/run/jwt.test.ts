// Callers with tokens of an issuer: signed with its key, for us, in time; and what happens when its keys change or cannot be had.
import { createHmac } from "node:crypto";
import { type CryptoKey, exportSPKI, importJWK } from "jose";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { CallerDeclaration, CallerProof } from "../../src/contract/caller-declaration.ts";
import type { Identities } from "../../src/run/identity.ts";
import { mintToken } from "../../src/run/token.ts";
import { BOT_KEY, KEY, NOW, bot, identified, identitiesOf } from "./caller-set.ts";
import { type Issuer, type SigningKey, makeKey, signJwt, startIssuer } from "./issuer.ts";

const ISSUER = "https://id.example.com";
const SECONDS = NOW / 1000;
const good = { iss: ISSUER, aud: "checkrein", sub: "alice", exp: SECONDS + 60, tenant: "acme", other: 1 };

let issuer: Issuer;
let key: SigningKey;
beforeAll(async () => {
  [issuer, key] = [await startIssuer(), await makeKey("k1")];
});
afterAll(() => issuer.close());
beforeEach(() => issuer.publish([key.jwk]));
afterEach(() => vi.useRealTimers());

const people = (more: Partial<Extract<CallerProof, { kind: "jwt" }>> = {}, name = "people"): CallerDeclaration => ({
  name,
  proof: {
    kind: "jwt",
    issuer: ISSUER,
    audience: "checkrein",
    jwks: issuer.url,
    subject: "sub",
    require: {},
    claims: ["tenant"],
    ...more,
  },
  grant: { tools: ["get_order"] },
});
const withPeople = (...more: readonly CallerDeclaration[]): Identities =>
  identitiesOf({ callers: [bot, ...(more.length === 0 ? [people()] : more)] });
const as = (token: string, identities = withPeople()): Promise<string> =>
  identified(identities, { authorization: `Bearer ${token}` });
const text = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("a token of an issuer", () => {
  it("makes each subject a caller of its own, with the claims that were named and the declared grant", async () => {
    const identity = await withPeople().identify({ authorization: `Bearer ${await signJwt(key, good)}` });
    expect(identity).toMatchObject({
      ok: true,
      value: {
        caller: { name: "people/alice", claims: { tenant: "acme" } },
        run: { id: "caller:people/alice", grants: [{ tools: ["get_order"] }], expiresAt: undefined },
      },
    });
    expect(identity.ok && Object.keys(identity.value.caller.claims)).toEqual(["tenant"]);
  });

  it.each<[string, Record<string, unknown>]>([
    ["for several audiences", { aud: ["x", "checkrein"] }],
    ["that has just ended, as clocks differ", { exp: SECONDS - 29 }],
    ["that begins in a moment", { nbf: SECONDS + 29 }],
    ["of a subject with signs in its name", { sub: "auth0|a/b~c%d@é" }],
    ["of a subject of 128 characters", { sub: "s".repeat(128) }],
  ])("is taken: %s", async (_, claims) => {
    const { sub = "alice" } = claims;
    expect(await as(await signJwt(key, { ...good, ...claims }))).toMatch(`people/${String(sub)} caller:people/`);
  });

  it.each<[string, Record<string, unknown>]>([
    ["of another issuer", { iss: "https://evil.example.com" }],
    ["of no issuer", { iss: undefined }],
    ["for somebody else", { aud: "other" }],
    ["for somebody else, in a list", { aud: ["other"] }],
    ["for nobody", { aud: undefined }],
    ["that has ended", { exp: SECONDS - 31 }],
    ["that never ends", { exp: undefined }],
    ["that ends in words", { exp: "2099-01-01" }],
    ["that begins later", { nbf: SECONDS + 31 }],
    ["of nobody", { sub: undefined }],
    ["of an empty subject", { sub: "" }],
    ["of a subject that is no text", { sub: 5 }],
    ["of a subject with white space", { sub: "a b" }],
    ["of a subject with a line break", { sub: "a\nb" }],
    ["of a subject with a sign that nobody sees", { sub: "a\u200bb" }],
    ["of a subject with half a character", { sub: "a\ud800" }],
    ["of a subject of 129 characters", { sub: "s".repeat(129) }],
  ])("is nobody's: %s", async (_, claims) => {
    expect(await as(await signJwt(key, { ...good, ...claims }))).toBe("unauthenticated");
  });

  it("tells a subject with a session's sign in its name apart from a session", async () => {
    expect(await as(await signJwt(key, { ...good, sub: "a~b" }))).toBe("people/a~b caller:people/a%7Eb");
  });

  it("is nobody's when it is not signed, or by anybody else", async () => {
    const [, payload = ""] = (await signJwt(key, good)).split(".");
    const pem = await exportSPKI((await importJWK(key.jwk, "ES256")) as CryptoKey); // of a JWK with a key pair
    const hmac = (header: string, secret: string): string =>
      `${header}.${payload}.${createHmac("sha256", secret).update(`${header}.${payload}`).digest("base64url")}`;
    const quantum = await makeKey("q", "ML-DSA-44"); // published, and not on the list
    issuer.publish([key.jwk, quantum.jwk]);
    const hs256 = text({ alg: "HS256", kid: "k1" });
    const tokens = [
      `${text({ alg: "none" })}.${payload}.`,
      `${text({ alg: "none" })}.${payload}.AA`,
      `${text({ alg: "None", kid: "k1" })}.${payload}.AA`,
      hmac(hs256, pem),
      hmac(hs256, JSON.stringify(key.jwk)),
      await signJwt(await makeKey("k1"), good),
      await signJwt(await makeKey("unknown"), good),
      await signJwt(await makeKey("k1", "RS256"), good),
      await signJwt(quantum, good),
      await signJwt(key, good, { crit: ["x"], x: 1 }).catch(() => "x.y.z"),
      `${await signJwt(key, good)}x`,
      (await signJwt(key, good)).replace(payload, text({ ...good, sub: "root" })),
      `${"a".repeat(20_000)}.b.c`,
      "a.b.c",
      "..",
    ];
    for (const token of tokens) expect(await as(token)).toBe("unauthenticated");
  });

  it("is nobody's when its claims can be read in two ways", async () => {
    const header = text({ alg: "ES256", kid: "k1" });
    const claims = JSON.stringify(good).replace("{", '{"sub":"root",');
    const payload = Buffer.from(claims).toString("base64url");
    const signature = await crypto.subtle.sign(
      { name: "ECDSA", hash: "SHA-256" },
      key.privateKey,
      Buffer.from(`${header}.${payload}`),
    );
    expect(await as(`${header}.${payload}.${Buffer.from(signature).toString("base64url")}`)).toBe("unauthenticated");
  });

  it("leaves out a claim that no number holds", async () => {
    const header = text({ alg: "ES256", kid: "k1" });
    const claims = JSON.stringify(good).replace('"acme"', "12345678901234567890");
    const signed = `${header}.${Buffer.from(claims).toString("base64url")}`;
    const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key.privateKey, Buffer.from(signed));
    const authorization = `Bearer ${signed}.${Buffer.from(signature).toString("base64url")}`;
    expect(await withPeople().identify({ authorization })).toMatchObject({
      ok: true,
      value: { caller: { claims: {} } },
    });
  });
});

describe("several declarations of one issuer", () => {
  it("the first whose audience and required claims fit is the one", async () => {
    const identities = withPeople(
      people({ audience: "elsewhere" }, "first"),
      people({ require: { role: "admin", level: 3 } }, "admins"),
      people({}, "people"),
    );
    expect(await as(await signJwt(key, { ...good, role: "admin", level: 3 }), identities)).toMatch(/^admins\/alice/);
    expect(await as(await signJwt(key, { ...good, role: "admin", level: 2 }), identities)).toMatch(/^people\/alice/);
    expect(await as(await signJwt(key, { ...good, aud: "elsewhere" }), identities)).toMatch(/^first\/alice/);
    expect(await as(await signJwt(key, { ...good, aud: "x" }), identities)).toBe("unauthenticated");
  });

  it("a required claim is not an inherited one", async () => {
    const identities = withPeople(people({ require: { constructor: "x" } }));
    expect(await as(await signJwt(key, good), identities)).toBe("unauthenticated");
  });

  it("another claim may name the subject", async () => {
    const identities = withPeople(people({ subject: "email" }));
    expect(await as(await signJwt(key, { ...good, email: "a@b.c" }), identities)).toBe(
      "people/a@b.c caller:people/a@b.c",
    );
    expect(await as(await signJwt(key, good), identities)).toBe("unauthenticated");
  });
});

describe("beside other credentials", () => {
  const token = (caller: string): string =>
    mintToken({ id: "run_1", lineage: ["run_1"], caller, claims: {}, grants: [], expiresAt: NOW + 1 }, KEY) ?? "";

  it("a subject's token goes with a run of that subject, and with no other", async () => {
    const authorization = `Bearer ${await signJwt(key, good)}`;
    const identities = withPeople();
    expect(await identified(identities, { urlToken: token("people/alice"), authorization })).toBe("people/alice run_1");
    expect(await identified(identities, { urlToken: token("people/bob"), authorization })).toBe("unauthenticated");
    expect(await identified(identities, { urlToken: token("people"), authorization })).toBe("unauthenticated");
    expect(await identified(identities, { apiKey: BOT_KEY, authorization })).toBe("unauthenticated");
  });

  it("a token of another issuer means nothing beside a run's", async () => {
    const authorization = `Bearer ${await signJwt(key, { ...good, iss: "https://other.example.com" })}`;
    expect(await identified(withPeople(), { urlToken: token("bot"), authorization })).toBe("bot run_1");
  });
});

describe("the issuer's keys", () => {
  it("are fetched once, also for calls at the same time", async () => {
    const identities = withPeople();
    const before = issuer.asked();
    const tokens = await Promise.all(["a", "b", "c"].map((sub) => signJwt(key, { ...good, sub })));
    await Promise.all(tokens.map((one) => as(one, identities)));
    expect(await as(tokens[0] ?? "", identities)).toMatch(/^people\/a/);
    expect(issuer.asked() - before).toBe(1);
  });

  it("are fetched again for a key that is new, though not for every token that names one", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
    const identities = withPeople();
    expect(await as(await signJwt(key, good), identities)).toMatch(/^people/);
    const next = await makeKey("k2");
    issuer.publish([next.jwk]);
    const before = issuer.asked();
    vi.setSystemTime(Date.now() + 6000);
    expect(await as(await signJwt(next, good), identities)).toMatch(/^people/);
    expect(await as(await signJwt(key, good), identities)).toBe("unauthenticated");
    const foreign = await signJwt(await makeKey("k3"), good);
    for (let index = 0; index < 5; index += 1) expect(await as(foreign, identities)).toBe("unauthenticated");
    expect(issuer.asked() - before).toBe(1);
  });

  it("may be without names", async () => {
    const [one, other, foreign] = [await makeKey(undefined), await makeKey(undefined), await makeKey(undefined)];
    issuer.publish([one.jwk, other.jwk]);
    const identities = withPeople();
    expect(await as(await signJwt(one, good), identities)).toMatch(/^people/);
    expect(await as(await signJwt(other, good), identities)).toMatch(/^people/);
    expect(await as(await signJwt(foreign, good), identities)).toBe("unauthenticated");
    expect(await as(await signJwt(other, { ...good, exp: 5 }), identities)).toBe("unauthenticated");
  });

  it.each<[string, number | string]>([
    ["are refused", 503],
    ["are elsewhere", 302],
    ["are no JSON", "<html>"],
    ["are no keys", "{}"],
    ["have a key twice", '{"keys":[],"keys":[]}'],
    ["have no end", " ".repeat(300_000)],
  ])("that %s leave calls waiting, not refused for good", async (_, answer) => {
    issuer.publish(answer);
    const identities = withPeople();
    const before = issuer.asked();
    const token = await signJwt(key, good);
    const refused = await identities.identify({ authorization: `Bearer ${token}` });
    expect(refused).toMatchObject({ ok: false, refusal: { code: "not_ready", class: "wait", retryAfterSeconds: 5 } });
    expect(await as(token, identities)).toBe("not_ready");
    expect(issuer.asked() - before).toBe(1);
    expect(await identified(identities, { apiKey: BOT_KEY })).toBe("bot caller:bot");
    expect(await as(await signJwt(key, { ...good, iss: "https://other" }), identities)).toBe("unauthenticated");
  });

  it("that cannot be reached leave calls waiting, too", async () => {
    const identities = withPeople(people({ jwks: "http://127.0.0.1:1/keys" }));
    expect(await as(await signJwt(key, good), identities)).toBe("not_ready");
  });

  it("keep the keys of before while new ones cannot be had", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
    const identities = withPeople();
    expect(await as(await signJwt(key, good), identities)).toMatch(/^people/);
    issuer.publish(500);
    vi.setSystemTime(Date.now() + 60_000);
    expect(await as(await signJwt(key, good), identities)).toMatch(/^people/);
  });
});
