// Which credential the sidecar shows to a backend, read off a document's security schemes (OpenAPI 3.1, Security Scheme
// Object). Only references are drafted: no credential ever stands in a contract.
import { isHeaderName, isReservedHeader } from "../contract/document/parameter.ts";
import { entriesOf, listOf, member, resolve, text } from "../contract/document/reference.ts";

export interface CredentialDraft {
  /** The text of the credential, or why there is none. */
  readonly form: { readonly source: string; readonly header: string } | { readonly why: string };
  readonly imports: readonly string[];
  /** What the operator sets. */
  readonly variables: readonly string[];
}

/** The first scheme that can be shown: those that the whole document asks for come before the others. */
export const credentialOf = (root: unknown, variable: string): CredentialDraft => {
  const schemes = entriesOf(member(member(root, "components"), "securitySchemes"));
  const asked = listOf(member(root, "security")).flatMap((requirement) => entriesOf(requirement).map(([name]) => name));
  const rank = (name: string): number => (asked.includes(name) ? asked.indexOf(name) : asked.length);
  const sorted = [...schemes].sort(([left], [right]) => rank(left) - rank(right));
  for (const [name, scheme] of sorted) {
    const resolved = resolve(root, scheme, name);
    const found = resolved.ok ? draftOf(resolved.value, variable) : undefined;
    if (found !== undefined) return found;
  }
  const names = schemes.map(([name]) => name).join(", ");
  const why =
    names === ""
      ? "the document names no credential: add credential: bearer(secret(…)) if the API wants one"
      : `the document's security schemes (${names}) cannot be drafted: add credential if the API wants one`;
  return { form: { why }, imports: [], variables: [] };
};

const draftOf = (scheme: unknown, variable: string): CredentialDraft | undefined => {
  const type = text(member(scheme, "type"));
  const kind = text(member(scheme, "scheme"))?.toLowerCase();
  if (type === "http" && kind === "basic") return basicDraft(`${variable}_USER`, `${variable}_PASSWORD`);
  const token = `${variable}_TOKEN`;
  const variables = [token];
  if ((type === "http" && kind === "bearer") || type === "oauth2" || type === "openIdConnect") {
    const form = { source: `bearer(secret("${token}"))`, header: "authorization" };
    return { form, imports: ["bearer", "secret"], variables };
  }
  const name = text(member(scheme, "name")) ?? "";
  const isHeader = type === "apiKey" && member(scheme, "in") === "header";
  if (!isHeader || !isHeaderName(name) || isReservedHeader(name)) return undefined;
  const form = { source: `header(${JSON.stringify(name)}, secret("${token}"))`, header: name };
  return { form, imports: ["header", "secret"], variables };
};

const basicDraft = (user: string, password: string): CredentialDraft => ({
  form: { source: `basic(env("${user}"), secret("${password}"))`, header: "authorization" },
  imports: ["basic", "secret"],
  variables: [user, password],
});
