// Who asks, from keys and run tokens: whoever is not proven is nobody, and learns nothing.
import { describe, expect, it } from "vitest";
import { createIdentities } from "../../src/run/identity.ts";
import { type OpenedRun, mintToken } from "../../src/run/token.ts";
import { BOT_KEY, KEY, NOW, OPS_KEY, bot, identified, identitiesOf, ops, partsOf } from "./caller-set.ts";

const opened = (more: Partial<OpenedRun> = {}): OpenedRun => ({
  id: "run_1",
  lineage: ["run_1"],
  caller: "bot",
  claims: { tenant: "other" },
  grants: [{ limits: [{ calls: 3 }] }],
  expiresAt: NOW + 1000,
  ...more,
});
const tokenOf = (more: Partial<OpenedRun> = {}, key: Uint8Array = KEY): string => mintToken(opened(more), key) ?? "";
const token = tokenOf();
const bearer = (text: string): string => `Bearer ${text}`;
const identities = identitiesOf();

describe("a caller is known", () => {
  it.each<[string, Parameters<typeof identities.identify>[0], string]>([
    ["by its key as bearer", { authorization: bearer(BOT_KEY) }, "bot caller:bot"],
    ["whatever the scheme's case", { authorization: `bearer ${BOT_KEY}` }, "bot caller:bot"],
    ["by its key in x-api-key", { apiKey: BOT_KEY }, "bot caller:bot"],
    ["by the hash of its key", { apiKey: OPS_KEY }, "ops caller:ops"],
    ["by the same key in both", { apiKey: BOT_KEY, authorization: bearer(BOT_KEY) }, "bot caller:bot"],
    ["by a run's token as bearer", { authorization: bearer(token) }, "bot run_1"],
    ["by a run's token in x-api-key", { apiKey: token }, "bot run_1"],
    ["by a run's token in the URL", { urlToken: token }, "bot run_1"],
    ["by a run's token beside its caller's key", { urlToken: token, apiKey: BOT_KEY }, "bot run_1"],
    ["by a run's token, whichever comes first", { authorization: bearer(BOT_KEY), apiKey: token }, "bot run_1"],
    ["by the same run's token twice", { urlToken: token, authorization: bearer(token) }, "bot run_1"],
    [
      "by a URL beside a token for somebody else",
      { urlToken: token, authorization: bearer("sk-of-the-backend") },
      "bot run_1",
    ],
    ["by a URL beside another scheme", { urlToken: token, authorization: "Basic eDp5" }, "bot run_1"],
    [
      "by a key beside a token for somebody else",
      { apiKey: BOT_KEY, authorization: bearer("sk-of-the-backend") },
      "bot caller:bot",
    ],
  ])("%s", async (_, credentials, expected) => {
    expect(await identified(identities, credentials)).toBe(expected);
  });

  it("at once, without a promise", () => {
    for (const credentials of [{ apiKey: BOT_KEY }, { urlToken: token }, { apiKey: "x" }, {}])
      expect(identities.identify(credentials)).not.toBeInstanceOf(Promise);
  });

  it("with its own grant before those of the run, and the run's claims", () => {
    expect(identities.identify({ urlToken: token })).toEqual({
      ok: true,
      value: {
        caller: { name: "bot", claims: { tenant: "other" } },
        run: { id: "run_1", lineage: ["run_1"], grants: [bot.grant, ...opened().grants], expiresAt: NOW + 1000 },
      },
    });
  });

  it("as a whole without a run: its own grant, its claims, no end", () => {
    expect(identities.identify({ apiKey: BOT_KEY })).toEqual({
      ok: true,
      value: {
        caller: { name: "bot", claims: { tenant: "acme" } },
        run: { id: "caller:bot", lineage: ["caller:bot"], grants: [bot.grant], expiresAt: undefined },
      },
    });
    expect(identities.identify({ apiKey: OPS_KEY })).toMatchObject({ value: { run: { grants: [{}] } } });
  });
});

describe("nobody is known", () => {
  it.each<[string, Parameters<typeof identities.identify>[0]]>([
    ["without credentials", {}],
    ["by an unknown key", { apiKey: "bot-key-0123456789abcdeF" }],
    ["by an empty key", { apiKey: "" }],
    ["by an empty field", { authorization: "" }],
    ["by a bearer of nothing", { authorization: "Bearer " }],
    ["by another scheme", { authorization: `Basic ${BOT_KEY}` }],
    ["by a key without its scheme", { authorization: BOT_KEY }],
    ["by two bearers in one field", { authorization: `Bearer ${BOT_KEY}, Bearer ${BOT_KEY}` }],
    ["by the hash itself", { apiKey: "sha256:0123456789" }],
    ["by two callers' keys", { apiKey: BOT_KEY, authorization: bearer(OPS_KEY) }],
    ["by a run beside another caller's key", { urlToken: token, apiKey: OPS_KEY }],
    [
      "by a run beside another run of the same caller",
      { urlToken: token, authorization: bearer(tokenOf({ id: "run_2" })) },
    ],
    ["by two runs", { apiKey: token, authorization: bearer(tokenOf({ id: "run_2" })) }],
    [
      "by the token of a run that is over, beside its caller's key",
      { apiKey: BOT_KEY, authorization: bearer(tokenOf({ expiresAt: NOW })) },
    ],
    ["by a token cut short, beside its caller's key", { apiKey: token.slice(0, -1), authorization: bearer(BOT_KEY) }],
    ["by a forged token beside a URL", { urlToken: token, apiKey: tokenOf({}, Buffer.alloc(32, 9)) }],
    ["by a URL without a token of ours, whatever else is there", { urlToken: "crr_x", apiKey: BOT_KEY }],
    ["by a key in the URL", { urlToken: BOT_KEY }],
    ["by an empty URL token", { urlToken: "" }],
    ["by a forged token", { urlToken: tokenOf({}, Buffer.alloc(32, 9)) }],
    ["by an expired token", { urlToken: tokenOf({ expiresAt: NOW }) }],
    ["by a token cut short", { urlToken: token.slice(0, -1) }],
    ["by the token of a caller that is declared no more", { urlToken: tokenOf({ caller: "gone" }) }],
    ["by the token of an inherited name", { urlToken: tokenOf({ caller: "constructor" }) }],
    ["by the token of a subject of a caller with a key", { urlToken: tokenOf({ caller: "bot/x" }) }],
    ["by the token of nobody, where nobody may call", { urlToken: tokenOf({ caller: "anonymous" }) }],
  ])("%s, and all are told the same", (_, credentials) => {
    expect(identities.identify(credentials)).toEqual(identities.identify({}));
    expect(identities.identify(credentials)).toMatchObject({
      ok: false,
      refusal: { code: "unauthenticated", status: 401 },
    });
  });
});

describe("where anonymous callers are allowed", () => {
  const open = identitiesOf({ isAnonymousAllowed: true });

  it("nobody is anonymous, and whoever shows something unknown is not", async () => {
    expect(await identified(open, {})).toBe("anonymous caller:anonymous");
    expect(await identified(open, { apiKey: "unknown" })).toBe("unauthenticated");
    expect(await identified(open, { authorization: "Basic eDp5" })).toBe("unauthenticated");
    expect(await identified(open, { apiKey: BOT_KEY })).toBe("bot caller:bot");
    expect(await identified(open, { urlToken: tokenOf({ caller: "anonymous" }) })).toBe("anonymous run_1");
  });
});

describe("where no caller is declared, and anonymous ones are allowed", () => {
  const open = identitiesOf({ callers: [], isAnonymousAllowed: true });

  it("what an agent shows to its real backend means nothing, and a run's token still has to be good", async () => {
    expect(await identified(open, { authorization: "Bearer its-old-token" })).toBe("anonymous caller:anonymous");
    expect(await identified(open, { apiKey: "its-old-key" })).toBe("anonymous caller:anonymous");
    const token = tokenOf({ caller: "anonymous" });
    expect(await identified(open, { authorization: `Bearer ${token}` })).toBe("anonymous run_1");
    expect(await identified(open, { authorization: `Bearer ${token}x` })).toBe("unauthenticated");
    expect(await identified(open, { urlToken: `${token}x` })).toBe("unauthenticated");
  });
});

describe("the sidecar does not start", () => {
  const problemsOf = (key: string | undefined, callers = [bot, ops]): readonly string[] => {
    const created = createIdentities(partsOf({ callers, resolve: () => key }));
    return created.ok ? [] : created.problems.map(({ place, message }) => `${place}: ${message}`);
  };

  it.each<[string, string | undefined, RegExp]>([
    ["is not set", undefined, /^caller bot\.key: BOT_KEY is not set$/],
    ["is short", "x".repeat(15), /fewer than 16/],
    ["cannot be sent", "key with spaces 0123456789", /fewer than 16/],
    ["looks like a run's token", `crr_${"x".repeat(20)}`, /begins with crr_/],
    ["is another caller's, too", OPS_KEY, /^caller ops\.keyHash: it is the key of "bot", too$/],
  ])("when a key %s", (_, key, message) => {
    const problems = problemsOf(key);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(message);
    expect(problems[0]).not.toContain(key ?? "nothing");
  });

  it("when a key's file cannot be read", () => {
    const created = createIdentities(
      partsOf({
        resolve: () => {
          throw new Error("EACCES");
        },
      }),
    );
    expect(created).toMatchObject({
      ok: false,
      problems: [{ place: "caller bot.key", message: expect.stringMatching(/BOT_KEY_FILE/) }],
    });
  });

  it("with a key of sixteen characters it does", () => {
    expect(problemsOf("a".repeat(16))).toEqual([]);
  });
});
