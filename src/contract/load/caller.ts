// Declared callers, read and judged: whoever could come in by a slip of the author would come in for good. A grant that names
// what does not exist is a problem, not a grant.
import { type Grant, type JsonObject, type JsonValue, isJsonObject } from "../../call.ts";
import { parseStrictJson } from "../../json/strict-json.ts";
import type { LoadProblem } from "../contract.ts";
import type { CallerDeclaration, CallerProof } from "../caller-declaration.ts";
import type { WrittenCaller } from "../define-caller.ts";
import { member } from "../document/reference.ts";
import { type GrantReport, checkMembers, below as inside } from "../grant/grant-report.ts";
import { GRANT_MEMBERS, type Grantable, readGrant } from "../grant/read-grant.ts";
import { checkReference, isBackendName } from "./declaration.ts";
import type { Declared } from "./modules.ts";
import { shownFile } from "./together.ts";

const PROOFS = ["key", "keyHash", "jwt"] as const;
const MEMBERS = ["name", ...PROOFS, "claims", ...GRANT_MEMBERS] as const;
const JWT_MEMBERS = ["issuer", "audience", "jwks", "subject", "require", "claims"] as const;

/** Nobody may be declared as the one who is nobody. */
const RESERVED = "anonymous";

/** All callers that are good; the others are told. `about`: what their grants can speak of; undefined while contracts have problems. */
export const loadCallers = (
  declared: readonly Declared<WrittenCaller>[],
  about: Grantable | undefined,
  problems: LoadProblem[],
): readonly CallerDeclaration[] => {
  const names = new Map<string, string>();
  return declared.flatMap(({ file, declaration }) => {
    const before = problems.length;
    const written = declaration.written;
    const name: unknown = member(written, "name");
    const report: GrantReport = (path, message, mend) =>
      void problems.push({ file, place: [`caller ${String(name)}`, ...path].join("."), message, mend });
    checkMembers(written, MEMBERS, "a caller", report);
    checkCallerName(name, file, names, report);
    const proof = readProof(written, report);
    const grant = about === undefined ? {} : readOwnGrant(written, about, report);
    return proof === undefined || problems.length > before ? [] : [Object.freeze({ name: String(name), proof, grant })];
  });
};

/** A function or a Map in it would be a restriction that does not restrict. */
const readOwnGrant = (written: object, about: Grantable, report: GrantReport): Grant => {
  const own = pick(written, GRANT_MEMBERS);
  const copy = strictCopy(own);
  if (copy !== undefined) return readGrant(copy, about, report);
  report(
    [],
    "tools, arguments, limits or messages have something in them that is no JSON value",
    "write texts, numbers, lists and objects alone",
  );
  return {};
};

const pick = (written: object, names: readonly string[]): object =>
  Object.fromEntries(Object.entries(written).filter(([name, value]) => names.includes(name) && value !== undefined));

const checkCallerName = (name: unknown, file: string, names: Map<string, string>, report: GrantReport): void => {
  if (typeof name !== "string" || !isBackendName(name))
    return report(["name"], "is not a name", "use lower-case letters, digits and dashes, a letter first");
  if (name === RESERVED) return report(["name"], "is the name of callers without a key", "choose another name");
  const first = names.get(name);
  if (first !== undefined)
    return report(
      ["name"],
      `another caller has this name: ${shownFile(first)}`,
      "export each caller once, under a name of its own",
    );
  names.set(name, file);
};

const readProof = (written: object, report: GrantReport): CallerProof | undefined => {
  const given = PROOFS.filter((name) => member(written, name) !== undefined);
  const [kind, ...others] = given;
  if (kind === undefined || others.length > 0)
    return void report(
      [],
      kind === undefined ? "there is no key and no jwt" : `${given.join(" and ")} stand side by side`,
      'write one of key: secret("NAME"), keyHash: "sha256:…" (`checkrein key` makes one) and jwt: {…}',
    );
  if (kind === "jwt") return readJwt(written, report);
  const claims = readClaims(member(written, "claims") ?? {}, inside(report, "claims"));
  return kind === "key"
    ? readKey(member(written, kind), claims, report)
    : readHash(member(written, kind), claims, report);
};

const readKey = (key: unknown, claims: JsonObject, report: GrantReport): CallerProof | undefined => {
  if (typeof key === "string")
    return void report(
      ["key"],
      "the key stands in the file, where everybody reads it",
      'make a new one with `checkrein key` and write keyHash: "sha256:…", or key: secret("NAME")',
    );
  let isGood = true;
  checkReference("key", key, (place, message, mend) => {
    isGood = false;
    report([place], message, mend);
  });
  // A reference: it was just looked at.
  return isGood ? { kind: "key", key: key as Extract<CallerProof, { kind: "key" }>["key"], claims } : undefined;
};

const readHash = (hash: unknown, claims: JsonObject, report: GrantReport): CallerProof | undefined => {
  const sha256 = typeof hash === "string" ? /^sha256:([0-9a-f]{64})$/i.exec(hash)?.[1] : undefined;
  if (sha256 !== undefined) return { kind: "hash", sha256: sha256.toLowerCase(), claims };
  return void report(
    ["keyHash"],
    "is not a hash of a key",
    "write sha256: and 64 hexadecimal digits, as `checkrein key` prints them",
  );
};

/** What a run's token can carry unchanged. */
const readClaims = (claims: unknown, report: GrantReport): JsonObject => {
  const copy = isJsonObject(claims) ? strictCopy(claims) : undefined;
  if (isJsonObject(copy)) return Object.freeze(copy);
  report([], "is not an object of JSON values", 'write { tenant: "acme" }');
  return {};
};

const strictCopy = (value: unknown): unknown => {
  try {
    const parsed = parseStrictJson(Buffer.from(JSON.stringify(value, refuseForeign)), {
      maxDepth: 32,
      unsafeNumbers: "refuse",
    });
    return parsed.ok ? parsed.value : undefined;
  } catch {
    return undefined; // it refers to itself, or has in it what JSON does not know
  }
};

/** What JSON.stringify would leave out in silence, or write as something else. */
const refuseForeign = (_name: string, value: unknown): unknown => {
  const isPlain =
    typeof value !== "object" ||
    value === null ||
    Array.isArray(value) ||
    Object.getPrototypeOf(value) === Object.prototype;
  if (typeof value === "function" || typeof value === "symbol" || !isPlain || Number.isNaN(value))
    throw new TypeError("is no JSON");
  return value;
};

const readJwt = (written: object, report: GrantReport): CallerProof | undefined => {
  const jwt = member(written, "jwt");
  const here = inside(report, "jwt");
  if (member(written, "claims") !== undefined)
    report(["claims"], "claims come from the token", 'name them: jwt: { claims: ["tenant"] }');
  if (!isJsonObject(jwt)) return void here([], "is not an object", "write { issuer, audience, jwks }");
  checkMembers(jwt, JWT_MEMBERS, "jwt", here);
  const { issuer, audience, jwks, subject = "sub", require = {}, claims = [] } = jwt;
  for (const [name, text] of Object.entries({ issuer, audience, subject }))
    if (typeof text !== "string" || text === "") here([name], "is not a text", `say the ${name} of the tokens`);
  if (typeof jwks !== "string") checkReference("jwks", jwks, (place, message, mend) => here([place], message, mend));
  else if (!isKeysUrl(jwks))
    here(["jwks"], "is not an https URL (http only for loopback)", "write it like https://id.example.com/keys");
  if (!isNames(claims)) here(["claims"], "is not a list of names", 'write ["tenant"]');
  const required = readClaims(require, inside(here, "require"));
  return {
    kind: "jwt",
    issuer: String(issuer),
    audience: String(audience),
    jwks: jwks as Extract<CallerProof, { kind: "jwt" }>["jwks"], // a URL or a reference: else it was reported, and nothing is used
    subject: String(subject),
    require: required,
    claims: isNames(claims) ? claims : [],
  };
};

const isNames = (names: JsonValue): names is readonly string[] =>
  Array.isArray(names) && names.every((name) => typeof name === "string" && name !== "");

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Whoever can change the keys on their way here can be anybody. */
export const isKeysUrl = (text: string): boolean => {
  const url = URL.parse(text);
  if (url === null || url.username !== "" || url.password !== "" || url.hash !== "") return false;
  return url.protocol === "https:" || (url.protocol === "http:" && LOOPBACK.test(url.hostname));
};
