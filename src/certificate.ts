// The certificate of the data port and its key: two files that are judged together before they are used, and again whenever they
// change. A pair that is not good never takes the place of one that is.
import { X509Certificate, createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { type SecureContextOptions, createSecureContext } from "node:tls";
import type { LoadProblem } from "./contract/contract.ts";
import type { Settings } from "./settings.ts";
import { createWatch } from "./watch.ts";

export type CertificateFiles = Pick<Settings, "tlsCert" | "tlsKey">;

export interface Certificate {
  /** For a server, and for its `setSecureContext`. */
  readonly context: SecureContextOptions;
  readonly expiresAt: Date;
}

export type ReadCertificate =
  | { readonly ok: true; readonly value: Certificate }
  | { readonly ok: false; readonly problem: LoadProblem };

const CERT = "CHECKREIN_TLS_CERT";
const KEY = "CHECKREIN_TLS_KEY";

/** Undefined where the data port speaks plain HTTP. */
export const openCertificate = (files: CertificateFiles, now: () => number): ReadCertificate | undefined => {
  if (files.tlsCert === "" && files.tlsKey === "") return undefined;
  if (files.tlsCert === "") return refused(CERT, "", `${KEY} is set and ${CERT} is not`, "set both, or none");
  if (files.tlsKey === "") return refused(KEY, "", `${CERT} is set and ${KEY} is not`, "set both, or none");
  return readCertificate(files, now);
};

const refused = (place: string, file: string, message: string, mend: string): ReadCertificate => ({
  ok: false,
  problem: { file: file === "" ? "environment" : file, place, message, mend },
});

const readCertificate = ({ tlsCert, tlsKey }: CertificateFiles, now: () => number): ReadCertificate => {
  const cert = read(tlsCert);
  if (typeof cert === "string") return refused(CERT, tlsCert, `it cannot be read: ${cert}`, READABLE);
  const key = read(tlsKey);
  if (typeof key === "string") return refused(KEY, tlsKey, `it cannot be read: ${key}`, READABLE);
  const leaf = attempt(() => new X509Certificate(cert));
  if (typeof leaf === "string")
    return refused(
      CERT,
      tlsCert,
      `it is no certificate: ${leaf}`,
      "give a PEM file: the server's own first, then its chain",
    );
  const own = attempt(() => createPrivateKey(key));
  if (typeof own === "string")
    return refused(KEY, tlsKey, `it is no private key: ${own}`, "give a PEM file without a passphrase");
  if (!leaf.checkPrivateKey(own))
    return refused(
      KEY,
      tlsKey,
      `it is not the key of the first certificate in ${tlsCert}`,
      "give the two that belong together",
    );
  const { validFromDate, validToDate } = leaf;
  if (validToDate.getTime() <= now())
    return refused(CERT, tlsCert, `it expired on ${validToDate.toISOString()}`, "renew it");
  if (validFromDate.getTime() > now())
    return refused(
      CERT,
      tlsCert,
      `it is not valid before ${validFromDate.toISOString()}`,
      "look at this machine's clock",
    );
  const context: SecureContextOptions = { cert, key, minVersion: "TLSv1.2" };
  const made = attempt(() => createSecureContext(context));
  if (typeof made === "string") return refused(CERT, tlsCert, `TLS cannot use it: ${made}`, "make another pair");
  return { ok: true, value: Object.freeze({ context, expiresAt: validToDate }) };
};

const READABLE = "check its path and permissions";

const read = (file: string): Buffer | string => attempt(() => readFileSync(file));

/** What it makes, or why not. */
const attempt = <Made extends object>(make: () => Made): Made | string => {
  try {
    return make();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

interface KeepParts {
  readonly files: CertificateFiles;
  readonly first: Certificate;
  readonly now: () => number;
  readonly log: Record<"info" | "error", (what: object, message: string) => void>;
  /** Connections that stand keep what they have. */
  readonly use: (context: SecureContextOptions) => void;
}

export interface KeptCertificate {
  /** Why it should be looked at. */
  trouble(): string | undefined;
  close(): void;
}

/** Uses what the files have when they change, as soon as it is good. */
export const keepCertificate = ({ files, first, now, log, use }: KeepParts): KeptCertificate => {
  let current = first;
  let problem: LoadProblem | undefined;
  const take = (found: ReadCertificate): void => {
    if (!found.ok) {
      const { file, message, mend } = found.problem;
      const isTold = problem?.file === file && problem.message === message;
      problem = found.problem;
      if (!isTold)
        log.error({ file, message, mend }, "the certificate of the data port was not renewed: the old one stays");
      return;
    }
    problem = undefined;
    if (isSame(found.value, current)) return;
    current = found.value;
    use(current.context);
    log.info({ expires: current.expiresAt }, "the certificate of the data port was renewed");
  };
  const watch = createWatch({
    files: () => [files.tlsCert, files.tlsKey],
    onChange: async () => take(readCertificate(files, now)),
    isDone: () => problem === undefined, // time and permissions make a pair good without a change of its files
  });
  return {
    trouble: () => {
      const until = current.expiresAt.toISOString();
      if (current.expiresAt.getTime() <= now()) return `the certificate of the data port expired on ${until}`;
      if (problem === undefined) return undefined;
      const { file, message } = problem;
      return `the certificate of the data port was not renewed (${file}: ${message}); the old one is good until ${until}`;
    },
    close: () => watch.close(),
  };
};

const isSame = (one: Certificate, other: Certificate): boolean =>
  String(one.context.cert) === String(other.context.cert) && String(one.context.key) === String(other.context.key);
