// Callers with tokens of their issuer (RFC 7519): signed with a key that the issuer publishes, for us, and not expired. Which
// declaration a token is for is read from the token before anything is proven; nothing of it counts until it is.
import { type JWTVerifyGetKey, createRemoteJWKSet, customFetch, errors, jwtVerify } from "jose";
import { type JsonObject, type JsonValue, isJsonObject, memberOf } from "../call.ts";
import { isSameJson } from "../contract/grant/restriction.ts";
import type { CallerDeclaration, CallerProof } from "../contract/caller-declaration.ts";
import { isExact } from "../json/exact.ts";
import { parseStrictJson } from "../json/strict-json.ts";
import { type Checked, accept, refuse } from "../refusal.ts";
import { type Identity, callerAsWhole, isSubject } from "./caller.ts";
import { createKeyFetch } from "./key-fetch.ts";

type JwtProof = Extract<CallerProof, { readonly kind: "jwt" }>;

interface Issuer {
  readonly declaration: CallerDeclaration;
  readonly proof: JwtProof;
  readonly keys: JWTVerifyGetKey;
}

/** Signatures alone: with a shared secret whoever can check a token could make one. */
const ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];
/** Two clocks are never the same. */
const CLOCK_TOLERANCE_SECONDS = 30;
/** Longer ones fit no header. */
const LONGEST = 16_384;
/** Keys without names are tried one by one. */
const MOST_KEYS = 8;

/** Undefined: the text is a token of no declared issuer, or not a good one. */
export type IdentifyJwt = (text: string) => Promise<Checked<Identity> | undefined> | undefined;

/** The keys of issuers by their URL, as fetched: they outlive a version of the contracts. */
export type IssuerKeys = Map<string, JWTVerifyGetKey>;

interface JwtParts {
  /** Where the keys of a declaration are. */
  readonly urlOf: (proof: JwtProof) => string;
  readonly keys: IssuerKeys;
  readonly now: () => number;
}

export const createJwtIdentities = (
  declarations: readonly CallerDeclaration[],
  { urlOf, keys, now }: JwtParts,
): IdentifyJwt => {
  const issuers = declarations.flatMap((declaration) => {
    const { proof } = declaration;
    if (proof.kind !== "jwt") return [];
    const url = urlOf(proof);
    const known = keys.get(url) ?? createKeys(url);
    keys.set(url, known);
    return [{ declaration, proof, keys: known }];
  });
  return (text) => {
    const claims = issuers.length === 0 ? undefined : readClaims(text);
    const issuer = claims === undefined ? undefined : issuers.find(({ proof }) => isFor(proof, claims));
    return issuer === undefined || claims === undefined ? undefined : verify(issuer, text, claims, now());
  };
};

/** RFC 7515, compact form: three parts, of which the middle one has the claims. */
const readClaims = (text: string): JsonObject | undefined => {
  const payload = text.length <= LONGEST ? /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(text)?.[1] : undefined;
  if (payload === undefined) return undefined;
  const parsed = parseStrictJson(Buffer.from(payload, "base64url"), { maxDepth: 64, unsafeNumbers: "mark" });
  return parsed.ok && isJsonObject(parsed.value) ? parsed.value : undefined;
};

const isFor = ({ issuer, audience, subject, require }: JwtProof, claims: JsonObject): boolean => {
  const aud = memberOf(claims, "aud");
  return (
    memberOf(claims, "iss") === issuer &&
    (Array.isArray(aud) ? aud.includes(audience) : aud === audience) &&
    isSubject(memberOf(claims, subject)) &&
    Object.entries(require).every(([name, value]) => isRequired(memberOf(claims, name), value))
  );
};

const isRequired = (claim: JsonValue | undefined, value: JsonValue): boolean =>
  claim !== undefined && isExact(claim) && isSameJson(claim, value);

const verify = async (
  { declaration, proof, keys }: Issuer,
  text: string,
  claims: JsonObject,
  now: number,
): Promise<Checked<Identity> | undefined> => {
  const { issuer, audience } = proof;
  const options = {
    issuer,
    audience,
    algorithms: ALGORITHMS,
    requiredClaims: ["exp"],
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    currentDate: new Date(now),
  };
  try {
    await withEveryKey(keys, (key) => jwtVerify(text, key, options));
  } catch (error) {
    if (error instanceof KeysUnreachable) return notReady();
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
  const name = `${declaration.name}/${String(memberOf(claims, proof.subject))}`;
  return accept(callerAsWhole(name, { grant: declaration.grant, claims: pick(claims, proof.claims) }));
};

/** A token that does not name its key may be of any of those that fit. */
const withEveryKey = async (
  keys: JWTVerifyGetKey,
  attempt: (key: JWTVerifyGetKey) => Promise<unknown>,
): Promise<void> => {
  try {
    await attempt(keys);
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    let left = MOST_KEYS;
    for await (const key of error) {
      if ((left -= 1) < 0) break;
      const isGood = await attempt(async () => key).then(
        () => true,
        (reason: unknown) => rethrowUnlessSignature(reason),
      );
      if (isGood) return;
    }
    throw error;
  }
};

const rethrowUnlessSignature = (error: unknown): false => {
  if (error instanceof errors.JWSSignatureVerificationFailed) return false;
  throw error;
};

/** Claims that pins and rules may see. A number that a double cannot hold is left out: it would be another one. */
const pick = (claims: JsonObject, names: readonly string[]): JsonObject =>
  Object.freeze(
    Object.fromEntries(
      names.flatMap((name) => {
        const value = memberOf(claims, name);
        return value === undefined || !isExact(value) ? [] : [[name, value] as const];
      }),
    ),
  );

/** A key that is not among them is asked for again after this time: foreign tokens must not become requests. */
const COOLDOWN_MS = 5_000;

class KeysUnreachable extends Error {}

/** Fetched when first asked for, kept for ten minutes, and fetched again when a token names a key that is not among them. */
const createKeys = (url: string): JWTVerifyGetKey => {
  const remote = createRemoteJWKSet(new URL(url), {
    cooldownDuration: COOLDOWN_MS,
    [customFetch]: createKeyFetch(),
  });
  return async (header, token) => {
    try {
      return await remote(header, token);
    } catch (error) {
      if (isAboutToken(error)) throw error;
      throw new KeysUnreachable("the issuer's keys cannot be had", { cause: error });
    }
  };
};

const isAboutToken = (error: unknown): boolean =>
  error instanceof errors.JWKSNoMatchingKey ||
  error instanceof errors.JWKSMultipleMatchingKeys ||
  error instanceof errors.JOSENotSupported;

const notReady = (): Checked<Identity> =>
  refuse("not_ready", "The keys that prove who you are cannot be fetched right now. Try again in a few seconds.", {
    retryAfterSeconds: 5,
    log: "the JWKS of a caller cannot be fetched",
  });
