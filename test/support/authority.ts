// A certificate authority of a test's own, made by openssl, and certificates of it. Node trusts one that NODE_EXTRA_CA_CERTS names.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Authority {
  /** Its own certificate. */
  readonly file: string;
  /** Of a file in its folder: `<name>.pem`, `<name>.key`, or another one. */
  path(file: string): string;
  /** A certificate for `host`; `dates` are openssl's words: `["-days", "2"]`. */
  issue(name: string, host: string, dates: readonly string[]): void;
  key(name: string): Buffer;
  certificate(name: string): Buffer;
  remove(): void;
}

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

export const createAuthority = (): Authority => {
  const folder = mkdtempSync(join(tmpdir(), "checkrein-tls-"));
  const openssl = (...words: readonly string[]): void =>
    void execFileSync("openssl", words, { cwd: folder, stdio: "pipe" });
  const subject = ["-subj", "/CN=Test authority"];
  openssl("req", "-x509", ...NEW_KEY, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", ...subject);
  return {
    file: join(folder, "ca.pem"),
    path: (file) => join(folder, file),
    issue: (name, host, dates) => {
      writeFileSync(join(folder, `${name}.ext`), `subjectAltName=DNS:${host}\n`);
      openssl("req", ...NEW_KEY, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${host}`);
      const signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", `${name}.ext`];
      openssl("x509", "-req", "-in", `${name}.csr`, "-out", `${name}.pem`, ...signed, ...dates);
    },
    key: (name) => readFileSync(join(folder, `${name}.key`)),
    certificate: (name) => readFileSync(join(folder, `${name}.pem`)),
    remove: () => rmSync(folder, { recursive: true }),
  };
};
