// Who asks, and in which run: from the credentials of a request. Keys and run tokens are decided at once, by one hash; tokens
// of an issuer take a signature, and at times its keys. Whoever is refused learns nothing but that.
import { createHash, timingSafeEqual } from "node:crypto";
import type { LoadProblem, Reference } from "../contract/contract.ts";
import type { CallerDeclaration, CallerProof } from "../contract/caller-declaration.ts";
import { isKeysUrl } from "../contract/load/caller.ts";
import { type Checked, type Refused, accept, refuse } from "../refusal.ts";
import { ANONYMOUS, type Identity, callerAsWhole, createCallerFinder } from "./caller.ts";
import { type IdentifyJwt, type IssuerKeys, createJwtIdentities } from "./jwt.ts";
import { createRunProof } from "./run-proof.ts";
import { TOKEN_PREFIX } from "./token.ts";

export interface Credentials {
  /** The whole field: `Bearer …`. */
  readonly authorization?: string | undefined;
  /** `x-api-key` */
  readonly apiKey?: string | undefined;
  /** Of `/r/<token>/…`. */
  readonly urlToken?: string | undefined;
}

export interface Identities {
  /** `unauthenticated`, or `not_ready` while an issuer's keys cannot be had. Never throws for what an agent sends. */
  identify(credentials: Credentials): Checked<Identity> | Promise<Checked<Identity>>;
}

export interface IdentityParts {
  readonly callers: readonly CallerDeclaration[];
  /** The operator's value; undefined when it is not set. */
  readonly resolve: (reference: Reference) => string | undefined;
  readonly signingKey: Uint8Array;
  readonly issuerKeys: IssuerKeys;
  readonly now: () => number;
  readonly isAnonymousAllowed: boolean;
}

export type CreatedIdentities =
  | { readonly ok: true; readonly value: Identities }
  | { readonly ok: false; readonly problems: readonly LoadProblem[] };

/** What a credential proves: somebody, nobody that we know, or nothing right now. */
type Proven = Checked<Identity> | undefined;

interface Known {
  readonly digest: Buffer;
  readonly identity: Identity;
}

/** All that is wrong with the operator's values is told at once. */
export const createIdentities = (parts: IdentityParts): CreatedIdentities => {
  const problems: LoadProblem[] = [];
  const keys = readKeys(parts, problems);
  const urls = readUrls(parts, problems);
  if (problems.length > 0) return { ok: false, problems };
  const { callers, signingKey, now, isAnonymousAllowed } = parts;
  const proveRun = createRunProof(signingKey, createCallerFinder(callers, isAnonymousAllowed), now);
  const anonymous = isAnonymousAllowed ? callerAsWhole(ANONYMOUS, { grant: {}, claims: {} }) : undefined;
  const identifyJwt = createJwtIdentities(callers, {
    urlOf: (proof) => urls.get(proof) ?? "",
    keys: parts.issuerKeys,
    now,
  });
  // The token of a run that is over is nobody else's business: its caller's key beside it would open more than the run did.
  const prove = (text: string): Proven | Promise<Proven> =>
    text.startsWith(TOKEN_PREFIX) ? (proveRun(text) ?? refuseUnknown()) : proveCaller(text, keys, identifyJwt);
  const identify: Identities["identify"] = ({ authorization, apiKey, urlToken }) => {
    const others = [authorization === undefined ? undefined : bearerOf(authorization), apiKey];
    if (urlToken !== undefined) {
      const own = proveRun(urlToken);
      return own === undefined ? refuseUnknown() : agree([own, ...others.map((text) => proveGiven(text, prove))]);
    }
    // Where no caller is declared, what an agent shows is for its real backend: only a run's token can mean us.
    const isForUs = callers.length > 0 || others.some((text) => text?.startsWith(TOKEN_PREFIX));
    if ((authorization !== undefined || apiKey !== undefined) && (isForUs || anonymous === undefined))
      return agree(others.map((text) => proveGiven(text, prove)));
    return anonymous === undefined ? refuseUnknown() : accept(anonymous);
  };
  return { ok: true, value: { identify } };
};

/** RFC 6750, 2.1. Another scheme is a credential that means nothing to us. */
const bearerOf = (field: string): string | undefined => /^bearer +([\w.~+/-]+=*) *$/i.exec(field)?.[1];

const proveGiven = (
  text: string | undefined,
  prove: (text: string) => Proven | Promise<Proven>,
): Proven | Promise<Proven> => (text === undefined ? undefined : prove(text));

/** All that prove somebody prove the same one, and at least one does. What proves nobody is somebody else's business. */
const agree = (proofs: readonly (Proven | Promise<Proven>)[]): Checked<Identity> | Promise<Checked<Identity>> => {
  const known = proofs.filter((proof): proof is Proven => !(proof instanceof Promise));
  return known.length === proofs.length ? agreeOn(known) : Promise.all(proofs).then(agreeOn);
};

const agreeOn = (proofs: readonly Proven[]): Checked<Identity> => {
  const proven = proofs.filter((proof) => proof !== undefined);
  const refused = proven.find(({ ok }) => !ok);
  if (refused !== undefined) return refused;
  const identities = proven.flatMap((proof) => (proof.ok ? [proof.value] : []));
  // A run says more than its caller's key beside it.
  const first = identities.find(({ run }) => run.expiresAt !== undefined) ?? identities[0];
  if (first === undefined || !identities.every((other) => isPartOf(first, other))) return refuseUnknown();
  return accept(first);
};

const isPartOf = ({ caller, run }: Identity, other: Identity): boolean =>
  other.caller.name === caller.name && (other.run.expiresAt === undefined || other.run.id === run.id);

/** One text for all that is not good: whether it was forged, foreign, malformed or is over. */
export const refuseUnknown = (): Refused =>
  refuse(
    "unauthenticated",
    "The credentials are missing, not known here, or not valid any more. Send the key or the run token that you were given.",
  );

/** The digest is looked up, never the key: how long that takes says nothing about a key. */
const proveCaller = (
  text: string,
  keys: ReadonlyMap<string, Known>,
  identifyJwt: IdentifyJwt,
): Proven | Promise<Proven> => {
  const digest = createHash("sha256").update(text).digest();
  const known = keys.get(digest.toString("latin1"));
  if (known !== undefined && timingSafeEqual(known.digest, digest)) return accept(known.identity);
  return identifyJwt(text);
};

type Report = (message: string, mend: string) => void;

const reporter =
  (problems: LoadProblem[], name: string, place: string): Report =>
  (message, mend) =>
    void problems.push({ file: "environment", place: `caller ${name}.${place}`, message, mend });

const readValue = ({ resolve }: IdentityParts, reference: Reference, report: Report): string | undefined => {
  const { name } = reference;
  try {
    const value = resolve(reference);
    if (value === undefined) report(`${name} is not set`, `set ${name}, or ${name}_FILE to a file that holds it`);
    return value;
  } catch {
    report(`the file that ${name}_FILE names cannot be read`, "check its path and permissions");
    return undefined;
  }
};

const readKeys = (parts: IdentityParts, problems: LoadProblem[]): ReadonlyMap<string, Known> => {
  const keys = new Map<string, Known>();
  for (const { name, proof, grant } of parts.callers) {
    if (proof.kind === "jwt") continue;
    const report = reporter(problems, name, proof.kind === "key" ? "key" : "keyHash");
    const digest = digestOf(parts, proof, report);
    if (digest === undefined) continue;
    const index = digest.toString("latin1");
    const rival = keys.get(index)?.identity.caller.name;
    if (rival !== undefined) report(`it is the key of "${rival}", too`, "give each caller a key of its own");
    else keys.set(index, { digest, identity: callerAsWhole(name, { grant, claims: proof.claims }) });
  }
  return keys;
};

const LEAST_KEY = 16;

const digestOf = (
  parts: IdentityParts,
  proof: Exclude<CallerProof, { readonly kind: "jwt" }>,
  report: Report,
): Buffer | undefined => {
  if (proof.kind === "hash") return Buffer.from(proof.sha256, "hex");
  const key = readValue(parts, proof.key, report);
  if (key === undefined) return undefined;
  if (key.length < LEAST_KEY || !/^[\w.~+/-]+=*$/.test(key) || key.startsWith(TOKEN_PREFIX)) {
    report(
      `the key has fewer than ${LEAST_KEY} characters, begins with ${TOKEN_PREFIX}, or cannot be sent as a bearer`,
      "make one with `checkrein key`: letters, digits and -._~+/ alone",
    );
    return undefined;
  }
  return createHash("sha256").update(key).digest();
};

const readUrls = (parts: IdentityParts, problems: LoadProblem[]): ReadonlyMap<CallerProof, string> => {
  const urls = new Map<CallerProof, string>();
  for (const { name, proof } of parts.callers) {
    if (proof.kind !== "jwt") continue;
    const report = reporter(problems, name, "jwt.jwks");
    const url = typeof proof.jwks === "string" ? proof.jwks : readValue(parts, proof.jwks, report);
    if (url !== undefined && !isKeysUrl(url))
      report("the value is not an https URL (http only for loopback)", "write it like https://id.example.com/keys");
    else if (url !== undefined) urls.set(proof, url);
  }
  return urls;
};
