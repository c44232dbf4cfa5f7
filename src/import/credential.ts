// Which credential the sidecar shows to a backend, read off a document's security schemes (OpenAPI 3.1, Security Scheme
// Object). Only references are drafted: no credential ever stands in a contract.
import { entriesOf, listOf, member, resolve, text } from "../contract/document/reference.ts";
import { isObject } from "../contract/document/reference.ts";
import { isReservedHeader } from "../contract/document/parameter.ts";

export type CredentialDraft =
  | { readonly source: string; readonly imports: readonly string[]; readonly header: string }
  | { readonly source: undefined; readonly imports: readonly string[]; readonly why: string };

/** The first scheme that can be shown: those that the whole document asks for come before the others. */
export const credentialOf = (root: unknown, variable: string): CredentialDraft => {
  const schemes = entriesOf(member(member(root, "components"), "securitySchemes"));
  const asked = listOf(member(root, "security")).flatMap((requirement) => entriesOf(requirement).map(([name]) => name));
  const rank = (name: string): number => (asked.includes(name) ? asked.indexOf(name) : asked.length);
  const sorted = [...schemes].sort(([left], [right]) => rank(left) - rank(right));
  for (const [name, scheme] of sorted) {
    const resolved = resolve(isObject(root) ? root : {}, scheme, name);
    const found = resolved.ok ? draftOf(resolved.value, variable) : undefined;
    if (found !== undefined) return found;
  }
  const names = schemes.map(([name]) => name).join(", ");
  const why =
    names === ""
      ? "the document names no credential: add credential: bearer(secret(…)) if the API wants one"
      : `the document's security schemes (${names}) cannot be drafted: add credential if the API wants one`;
  return { source: undefined, imports: [], why };
};

const draftOf = (scheme: unknown, variable: string): CredentialDraft | undefined => {
  const type = text(member(scheme, "type"));
  const kind = text(member(scheme, "scheme"))?.toLowerCase();
  const token = `secret("${variable}_TOKEN")`;
  if (type === "http" && kind === "basic") {
    const source = `basic(env("${variable}_USER"), secret("${variable}_PASSWORD"))`;
    return { source, imports: ["basic", "secret"], header: "authorization" };
  }
  if ((type === "http" && kind === "bearer") || type === "oauth2" || type === "openIdConnect")
    return { source: `bearer(${token})`, imports: ["bearer", "secret"], header: "authorization" };
  const name = text(member(scheme, "name")) ?? "";
  const isHeader = type === "apiKey" && member(scheme, "in") === "header";
  if (!isHeader || !/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name) || isReservedHeader(name)) return undefined;
  return { source: `header(${JSON.stringify(name)}, ${token})`, imports: ["header", "secret"], header: name };
};
