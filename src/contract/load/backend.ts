// A declared backend and its document, read and checked. Backends are told apart by name and by mount.
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { LoadProblem, RestBackendDeclaration } from "../contract.ts";
import { type DocumentOperation, readOperations } from "../document/operation.ts";
import { type OpenApiDocument, readDocument } from "../document/read-document.ts";
import type { Declared } from "./modules.ts";

export interface LoadedBackend {
  readonly file: string;
  readonly declaration: RestBackendDeclaration;
  readonly document: OpenApiDocument;
  /** By `GET /orders/{orderId}`, as the document writes it. */
  readonly operations: ReadonlyMap<string, DocumentOperation>;
}

export const operationKey = (method: string, template: string): string => `${method.toUpperCase()} ${template}`;

type Report = (place: string, message: string, mend: string) => void;

/** The backend, or undefined with at least one problem. */
export const loadBackend = (
  { file, declaration }: Declared<RestBackendDeclaration>,
  problems: LoadProblem[],
): LoadedBackend | undefined => {
  const before = problems.length;
  const report: Report = (place, message, mend) =>
    void problems.push({ file, place: `backend ${declaration.name}.${place}`, message, mend });
  checkDeclaration(declaration, report);
  const read = readDocument(documentPath(file, declaration.document));
  if (!read.ok)
    for (const { pointer, message, mend } of read.problems)
      report(`document${pointer === "" ? "" : ` at ${pointer}`}`, message, mend);
  if (!read.ok || problems.length > before) return undefined;
  const operations = new Map(
    readOperations(read.document).map((operation) => [operationKey(operation.method, operation.template), operation]),
  );
  return { file, declaration, document: read.document, operations };
};

const documentPath = (file: string, document: string): string =>
  document.startsWith("file:") ? fileURLToPath(document) : resolve(dirname(file), document);

const OWN_PATHS: ReadonlySet<string> = new Set(["call", "check", "tools", "openapi.json", "mcp", "hooks", "r"]);

/** Paths of the sidecar itself on the data port: no mount and no contract may stand there. */
export const isOwnPath = (firstSegment: string): boolean => OWN_PATHS.has(firstSegment);

const checkDeclaration = (declaration: RestBackendDeclaration, report: Report): void => {
  const { name, mount, url, networks } = declaration;
  if (!/^[a-z][a-z0-9-]{0,63}$/.test(name))
    report("name", `"${name}" is not a name`, "use lower-case letters, digits and dashes, a letter first");
  if (!/^(?:\/|(?:\/[A-Za-z0-9._~-]+)+)$/.test(mount))
    report("mount", `"${mount}" is not a path`, "write it like `/shop`, without a `/` at the end");
  else if (isOwnPath(mount.split("/")[1] ?? ""))
    report("mount", `${mount} collides with a path of the sidecar itself`, "choose another mount");
  if (typeof url === "string" && !isHttpUrl(url))
    report(
      "url",
      `"${url}" is not an http or https URL without query`,
      'write it like https://api.example.com/v1, or env("NAME")',
    );
  for (const [member, least] of [
    ["deadlineMs", 1],
    ["connectTimeoutMs", 1],
    ["maxResponseBytes", 1],
    ["maxConnections", 1],
  ] as const) {
    const value: unknown = declaration[member];
    if (!Number.isSafeInteger(value) || Number(value) < least)
      report(member, `must be a whole number of at least ${least}`, "correct it or leave it out");
  }
  for (const network of networks ?? [])
    if (!/^[0-9a-fA-F.:]+(?:\/\d{1,3})?$/.test(network))
      report("networks", `"${network}" is not a network`, "write it like 10.0.0.0/8");
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

/** Names and mounts that two backends share. */
export const checkBackends = (backends: readonly Declared<RestBackendDeclaration>[], problems: LoadProblem[]): void => {
  for (const member of ["name", "mount"] as const) {
    const seen = new Map<string, Declared<RestBackendDeclaration>>();
    for (const backend of backends) {
      const first = seen.get(backend.declaration[member]);
      if (first === undefined) seen.set(backend.declaration[member], backend);
      else if (first.declaration === backend.declaration)
        problems.push({
          file: backend.file,
          place: `backend ${backend.declaration.name}`,
          message: `the backend is exported by ${first.file}, too`,
          mend: "export it from the file that defines it, and import it elsewhere",
        });
      else
        problems.push({
          file: backend.file,
          place: `backend ${backend.declaration.name}.${member}`,
          message: `another backend has this ${member}: ${first.file}`,
          mend: `give one of them another ${member}`,
        });
    }
  }
};
