// A run's token: nobody but the sidecar makes one, and what is no token tells nothing.
import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { MOST_TOKEN_BYTES, type OpenedRun, mintToken, readToken } from "../../src/run/token.ts";

const KEY = Buffer.alloc(32, 7);
const NOW = 1_700_000_000_000;
const run: OpenedRun = {
  id: "run_1",
  lineage: ["run_0", "run_1"],
  caller: "bot",
  claims: { tenant: "acmé", nested: { list: [1, null, "x"] } },
  grants: [{ tools: ["get_order"] }, { arguments: { get_order: { orderId: { const: "ord_1" } } } }],
  expiresAt: NOW + 1000,
};
const token = mintToken(run, KEY) ?? "";
const read = (text: string, now = NOW): OpenedRun | undefined => readToken(text, KEY, now);
const [payload = "", signature = ""] = token.slice("crr_".length).split(".");

const signed = (value: unknown, prefix = "crr_", key: Uint8Array = KEY): string => {
  const text = Buffer.from(JSON.stringify(value)).toString("base64url");
  return `crr_${text}.${createHmac("sha256", key).update(`${prefix}${text}`).digest("base64url")}`;
};

describe("a run's token", () => {
  it("is read back as it was minted", () => {
    expect(read(token)).toEqual(run);
  });

  it("fits a URL's path and a bearer", () => {
    expect(token).toMatch(/^crr_[\w-]+\.[\w-]{43}$/);
  });

  it("ends with its run, to the millisecond", () => {
    expect(read(token, run.expiresAt - 1)).toEqual(run);
    expect(read(token, run.expiresAt)).toBeUndefined();
  });

  it.each<[string, string]>([
    ["signed with another key", mintToken(run, Buffer.alloc(32, 8)) ?? ""],
    ["signed for something else with our key", signed(run, "")],
    ["of another payload", `crr_${Buffer.from('{"id":"x"}').toString("base64url")}.${signature}`],
    ["cut short", token.slice(0, -1)],
    ["cut in the payload", `crr_${payload.slice(0, -4)}.${signature}`],
    ["with something behind it", `${token}x`],
    ["with padding", `${token}=`],
    ["with padding in the payload", `crr_${payload}=.${signature}`],
    ["with another prefix", `CRR_${payload}.${signature}`],
    ["without prefix", `${payload}.${signature}`],
    ["without signature", `crr_${payload}`],
    ["with an empty signature", `crr_${payload}.`],
    ["with two dots", `crr_${payload}..${signature}`],
    ["with white space", ` ${token}`],
    ["with nothing", ""],
    ["of the prefix alone", "crr_"],
  ])("is not read when it is %s", (_, text) => {
    expect(read(text)).toBeUndefined();
  });

  it("is not read in another writing of the same bytes", () => {
    const last = signature.at(-1) ?? "";
    const bytes = Buffer.from(signature, "base64url");
    const others = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"]
      .filter((sign) => sign !== last)
      .map((sign) => signature.slice(0, -1) + sign)
      .filter((text) => Buffer.from(text, "base64url").equals(bytes));
    expect(others.length).toBeGreaterThan(0);
    for (const other of others) expect(read(`crr_${payload}.${other}`)).toBeUndefined();
  });

  it("says no more than fits", () => {
    const room = (length: number): OpenedRun => ({ ...run, claims: { text: "x".repeat(length) } });
    const used = JSON.stringify(room(0)).length;
    const largest = mintToken(room(MOST_TOKEN_BYTES - used), KEY);
    expect(read(largest ?? "")?.claims).toEqual(room(MOST_TOKEN_BYTES - used).claims);
    expect(mintToken(room(MOST_TOKEN_BYTES - used + 1), KEY)).toBeUndefined();
    expect(read(signed(room(MOST_TOKEN_BYTES)))).toBeUndefined();
  });
});
