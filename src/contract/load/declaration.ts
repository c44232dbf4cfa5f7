// What a backend declares, before its document is read: names, mount, address, bounds, and where the operator's values
// come from. A credential that stands in the file itself is refused.
import type { Credential, Reference, RestBackendDeclaration } from "../contract.ts";
import { backendOptions, unknownOptions } from "../define-rest-backend.ts";
import { isHeaderName, isReservedHeader } from "../document/parameter.ts";
import { readNetworks } from "./networks.ts";
import { isOwnPath } from "./own-path.ts";
import { unknownMember } from "./shape.ts";

export type Report = (place: string, message: string, mend: string) => void;

export const checkDeclaration = (declaration: RestBackendDeclaration, report: Report): void => {
  for (const name of unknownOptions(declaration)) {
    const { place, message, mend } = unknownMember(name, "a backend", backendOptions);
    report(place, message, mend);
  }
  checkNames(declaration, report);
  checkUrl(declaration.url, report);
  if (declaration.credential !== undefined) checkCredential(declaration.credential, report);
  const { deadlineMs, connectTimeoutMs, maxResponseBytes, maxConnections } = declaration;
  checkBounds({ deadlineMs, connectTimeoutMs, maxResponseBytes, maxConnections }, report);
  for (const network of declaration.networks ?? []) checkNetwork(network, report);
};

export const checkBounds = (bounds: Readonly<Record<string, unknown>>, report: Report): void => {
  for (const [member, value] of Object.entries(bounds))
    if (!Number.isSafeInteger(value) || Number(value) < 1)
      report(member, "must be a whole number of at least 1", "correct it or leave it out");
};

export const checkNetwork = (network: unknown, report: Report): void => {
  try {
    readNetworks([network]);
  } catch {
    report("networks", `"${String(network)}" is not a network`, "write it like 10.0.0.0/8");
  }
};

export const isBackendName = (name: string): boolean => /^[a-z][a-z0-9-]{0,63}$/.test(name);

export const checkName = (name: unknown, report: Report): void => {
  if (typeof name !== "string" || !isBackendName(name))
    report("name", `"${String(name)}" is not a name`, "use lower-case letters, digits and dashes, a letter first");
};

const checkNames = ({ name, mount, document }: RestBackendDeclaration, report: Report): void => {
  checkName(name, report);
  if (typeof document !== "string")
    report("document", "there is no document", "give the path of the OpenAPI document, relative to this file");
  if (typeof mount !== "string" || !/^(?:\/|(?:\/[A-Za-z0-9._~-]+)+)$/.test(mount) || /\/\.{1,2}(?:\/|$)/.test(mount))
    report("mount", `"${String(mount)}" is not a path`, "write it like `/shop`, without a `/` at the end");
  else if (isOwnPath(mount.split("/")[1] ?? ""))
    report("mount", `${mount} collides with a path of the sidecar itself`, "choose another mount");
};

export const checkUrl = (url: unknown, report: Report): void => {
  if (typeof url !== "string") return checkReference("url", url, report);
  if (!isHttpUrl(url))
    report(
      "url",
      `"${withoutUserinfo(url)}" is not an http or https URL without credentials and query`,
      'write it like https://api.example.com/v1, or env("NAME")',
    );
};

/** A password in a URL is not repeated in a message. */
const withoutUserinfo = (url: string): string => url.replace(/\/\/[^/@]*@/, "//…@");

export const checkReference = (place: string, reference: unknown, report: Report): void => {
  const { kind, name } = Object(reference) as Partial<Reference>; // every member may be missing
  if (kind !== "env" && kind !== "secret")
    return report(place, "must come from the environment", 'write env("NAME") or secret("NAME")');
  if (typeof name !== "string" || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    report(place, `"${String(name)}" is not the name of a variable`, "use letters, digits and _, no digit first");
};

export const checkCredential = (credential: Credential, report: Report): void => {
  const place = "credential";
  const { kind } = Object(credential) as Partial<Credential>; // a look-alike has any kind
  if (kind === "bearer") return checkReference(place, Reflect.get(credential, "token"), report);
  if (kind === "basic") {
    const user: unknown = Reflect.get(credential, "user");
    if (typeof user !== "string") checkReference(place, user, report);
    return checkReference(place, Reflect.get(credential, "password"), report);
  }
  if (kind !== "header")
    return report(place, "is not a credential", "use bearer(…), basic(…) or header(…) from checkrein");
  const name: unknown = Reflect.get(credential, "name");
  if (typeof name !== "string" || !isHeaderName(name) || isReservedHeader(name))
    report(place, `"${String(name)}" is not a header for a credential`, "name a header of the backend's own");
  checkReference(place, Reflect.get(credential, "value"), report);
};

/** The header that the backend's credential travels in, lower case. */
export const credentialHeader = ({ credential }: RestBackendDeclaration): string | undefined => {
  if (credential === undefined) return undefined;
  return credential.kind === "header" ? credential.name.toLowerCase() : "authorization";
};

export const isHttpUrl = (text: string): boolean => {
  const url = URL.parse(text);
  return (
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    url.search === "" &&
    url.hash === "" &&
    url.username === "" &&
    url.password === ""
  );
};
