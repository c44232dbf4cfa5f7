// A declared backend and its document, read and checked. Backends are told apart by name and by mount.
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { BackendDeclaration, LoadProblem, RestBackendDeclaration } from "../contract.ts";
import { type DocumentOperation, readOperations } from "../document/operation.ts";
import { type OpenApiDocument, readDocument } from "../document/read-document.ts";
import { type Report, checkDeclaration } from "./declaration.ts";
import type { Declared } from "./modules.ts";
import { readOnce } from "./read-once.ts";
import { shownFile } from "./together.ts";

export interface LoadedBackend {
  readonly declaration: RestBackendDeclaration;
  /** The document's file. */
  readonly path: string;
  readonly document: OpenApiDocument;
  /** SHA-256 of the document's file, hex. */
  readonly digest: string;
  /** By `GET /orders/{orderId}`, as the document writes it. */
  readonly operations: ReadonlyMap<string, DocumentOperation>;
}

export const operationKey = (method: string, template: string): string => `${method.toUpperCase()} ${template}`;

/** The backend, or undefined with at least one problem. `before`: what an earlier load made of it, which a same document leaves so. */
export const loadBackend = (
  { file, declaration }: Declared<RestBackendDeclaration>,
  problems: LoadProblem[],
  sources: Sources,
  before: LoadedBackend | undefined,
): LoadedBackend | undefined => {
  const earlier = problems.length;
  const report: Report = (place, message, mend) =>
    void problems.push({ file, place: `backend ${declaration.name}.${place}`, message, mend });
  checkDeclaration(declaration, report);
  if (typeof declaration.document !== "string") return undefined;
  const path = documentPath(file, declaration.document);
  const { digest, read: readText } = readOnce(path);
  sources.set(path, digest ?? "");
  if (before?.path === path && before.digest === digest && problems.length === earlier) return before;
  const read = readDocument(path, readText);
  if (!read.ok)
    for (const { pointer, message, mend } of read.problems)
      report(`document${pointer === "" ? "" : ` at ${pointer}`}`, message, mend);
  if (!read.ok || digest === undefined || problems.length > earlier) return undefined;
  const operations = new Map(
    readOperations(read.document).map((operation) => [operationKey(operation.method, operation.template), operation]),
  );
  return { declaration, path, document: read.document, digest, operations };
};

/** SHA-256 by path, hex; empty where there is no such file. */
export type Sources = Map<string, string>;

const documentPath = (file: string, document: string): string =>
  URL.canParse(document) && document.startsWith("file:") ? fileURLToPath(document) : resolve(dirname(file), document);

/** Names and mounts that two backends share, and a backend that two files export. */
export const checkBackends = (backends: readonly Declared<BackendDeclaration>[], problems: LoadProblem[]): void => {
  const files = new Map<BackendDeclaration, string>();
  const distinct = backends.filter(({ file, declaration }) => {
    const first = files.get(declaration);
    if (first === undefined) files.set(declaration, file);
    else
      problems.push({
        file,
        place: `backend ${declaration.name}`,
        message: `the backend is exported by ${shownFile(first)}, too`,
        mend: "export it from the file that defines it, and import it elsewhere",
      });
    return first === undefined;
  });
  checkShared(
    "name",
    distinct.map(({ file, declaration }) => ({ file, declaration, value: declaration.name })),
    problems,
  );
  const mounted = distinct.flatMap(({ file, declaration }) =>
    declaration.kind === "rest" ? [{ file, declaration, value: declaration.mount }] : [],
  );
  checkShared("mount", mounted, problems);
};

const checkShared = (
  member: string,
  backends: readonly (Declared<BackendDeclaration> & { readonly value: string })[],
  problems: LoadProblem[],
): void => {
  const seen = new Map<string, string>();
  for (const { file, declaration, value } of backends) {
    const first = seen.get(value);
    if (first === undefined) seen.set(value, file);
    else
      problems.push({
        file,
        place: `backend ${declaration.name}.${member}`,
        message: `another backend has this ${member}: ${shownFile(first)}`,
        mend: `give one of them another ${member}`,
      });
  }
};
