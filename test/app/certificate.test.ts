// Which certificates the data port starts with, and what is said of others.
import { execFileSync } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { type Certificate, keepCertificate, openCertificate } from "../../src/certificate.ts";
import { StartError } from "../../src/app.ts";
import { createAuthority } from "../support/authority.ts";
import { writeContracts } from "../support/contracts-folder.ts";
import { startRunningApp } from "../support/running-app.ts";

const authority = createAuthority();
const file = authority.path;
afterAll(() => authority.remove());
authority.issue("own", "localhost", ["-days", "2"]);
authority.issue("other", "localhost", ["-days", "2"]);
authority.issue("expired", "localhost", ["-days", "-1"]);
writeFileSync(file("words.pem"), "these are words");
execFileSync("openssl", ["ec", "-in", "own.key", "-aes256", "-passout", "pass:secret", "-out", "locked.key"], {
  cwd: file("."),
  stdio: "pipe",
});
execFileSync(
  "openssl",
  ["req", "-x509", "-newkey", "rsa:512", "-nodes", "-keyout", "weak.key", "-out", "weak.pem", "-subj", "/CN=weak"],
  {
    cwd: file("."),
    stdio: "pipe",
  },
);

const DAY_MS = 86_400_000;

const open = (cert: string, key: string, more: { readonly now?: number } = {}): string => {
  const path = (name: string): string => (name === "" ? "" : file(name));
  const { now = Date.now() } = more;
  const opened = openCertificate({ tlsCert: path(cert), tlsKey: path(key) }, () => now);
  if (opened === undefined) return "plain";
  return opened.ok ? "good" : `${opened.problem.place}: ${opened.problem.message}`;
};

describe("a certificate", () => {
  it("and its key are taken together, or none", () => {
    expect(open("own.pem", "own.key")).toBe("good");
    expect(open("", "")).toBe("plain");
    expect(open("own.pem", "")).toMatch(/^CHECKREIN_TLS_KEY: CHECKREIN_TLS_CERT is set and CHECKREIN_TLS_KEY is not/);
    expect(open("", "own.key")).toMatch(/^CHECKREIN_TLS_CERT: CHECKREIN_TLS_KEY is set and CHECKREIN_TLS_CERT is not/);
  });

  it.each([
    ["nowhere.pem", "own.key", /^CHECKREIN_TLS_CERT: it cannot be read: ENOENT/],
    ["own.pem", "nowhere.key", /^CHECKREIN_TLS_KEY: it cannot be read: ENOENT/],
    ["words.pem", "own.key", /^CHECKREIN_TLS_CERT: it is no certificate/],
    ["own.key", "own.key", /^CHECKREIN_TLS_CERT: it is no certificate/],
    ["own.pem", "own.pem", /^CHECKREIN_TLS_KEY: it is no private key/],
    ["own.pem", "locked.key", /^CHECKREIN_TLS_KEY: it is no private key/],
    ["own.pem", "other.key", /^CHECKREIN_TLS_KEY: it is not the key of the first certificate in /],
    ["expired.pem", "expired.key", /^CHECKREIN_TLS_CERT: it expired on \d{4}-\d\d-\d\dT/],
    ["weak.pem", "weak.key", /^CHECKREIN_TLS_CERT: TLS cannot use it: /],
  ])("%s with %s is refused", (cert, key, want) => {
    expect(open(cert, key)).toMatch(want);
  });

  it("is good from its first moment to its last", () => {
    expect(open("own.pem", "own.key", { now: Date.now() - DAY_MS })).toMatch(/it is not valid before /);
    expect(open("own.pem", "own.key", { now: Date.now() + 3 * DAY_MS })).toMatch(/it expired on /);
  });

  it("that is refused is told beside all else that is wrong at the start", async () => {
    const contract = `import { defineContract, local, z } from "checkrein";
      export default defineContract({ tool: "look", description: "A tool.", operation: local(), input: z.strictObject({}) });`;
    const contracts = writeContracts({ "look.ts": contract });
    const flags = ["--anonymous=false", "--tls-cert", file("own.pem"), "--tls-key", file("other.key")];
    const error = await startRunningApp({ contracts, environment: {}, flags }).catch((thrown: unknown) => thrown);
    if (!(error instanceof StartError)) throw error;
    expect(error.problems.map(({ place }) => place)).toEqual(["callers", "CHECKREIN_TLS_KEY"]);
    expect(error.problems.every(({ mend }) => mend !== "")).toBe(true);
  });
});

describe("a renewal that is refused", () => {
  const files = { tlsCert: file("live.pem"), tlsKey: file("live.key") };
  const put = (name: string, end: "pem" | "key"): void => cpSync(file(`${name}.${end}`), file(`live.${end}`));
  const first = (): Certificate => {
    const opened = openCertificate(files, Date.now);
    if (opened?.ok !== true) throw new Error("the first pair is not good");
    return opened.value;
  };
  const keep = (
    now: () => number,
  ): { readonly told: string[]; readonly used: string[]; trouble(): string | undefined } => {
    const told: string[] = [];
    const used: string[] = [];
    const kept = keepCertificate({
      files,
      first: first(),
      now,
      log: { info: () => undefined, error: (what) => told.push(String(Object(what).message)) },
      use: ({ cert }) => used.push(String(cert)),
    });
    onTestFinished(() => kept.close());
    return { told, used, trouble: kept.trouble };
  };
  const PATIENCE = { timeout: 8000 };

  it.each<["pem" | "key", "pem" | "key"]>([
    ["pem", "key"],
    ["key", "pem"],
  ])("is looked at again when the second file has come, behind the %s", async (one, second) => {
    for (const end of [one, second]) put("own", end);
    const { told, used, trouble } = keep(Date.now);
    put("other", one);
    await expect.poll(trouble, PATIENCE).toContain("is not the key of the first certificate");
    put("other", second);
    await expect.poll(trouble, PATIENCE).toBeUndefined();
    expect(used).toEqual([String(authority.certificate("other"))]);
    expect(told).toHaveLength(1);
  });

  it("is looked at again although the files stay as they are, and is told once", async () => {
    for (const end of ["pem", "key"] as const) put("own", end);
    let shiftMs = 0;
    const { told, used, trouble } = keep(() => Date.now() + shiftMs);
    shiftMs = -DAY_MS;
    for (const end of ["pem", "key"] as const) put("other", end);
    await expect.poll(trouble, PATIENCE).toContain("it is not valid before");
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect([told.length, used]).toEqual([1, []]);
    shiftMs = 0;
    await expect.poll(trouble, PATIENCE).toBeUndefined();
    expect(used).toEqual([String(authority.certificate("other"))]);
  }, 15_000);
});
