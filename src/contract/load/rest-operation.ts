// A contract over an operation of a backend's document: found there, and bound to what the author wrote.
import type { Operation } from "../contract.ts";
import type { ContractDeclaration } from "../define.ts";
import { readAnswers } from "../document/answers.ts";
import type { DocumentOperation } from "../document/operation.ts";
import type { RestOperationDeclaration } from "../operation-declaration.ts";
import { nearestNames } from "../../nearest.ts";
import type { Problem } from "./arguments.ts";
import { type LoadedBackend, operationKey } from "./backend.ts";
import { credentialHeader } from "./declaration.ts";
import type { ReadOperation } from "./read-operation.ts";
import { type ContractRequest, readRequest } from "./request.ts";

/** Undefined: a backend that did not load, and has said why. */
export type RestBackends = ReadonlyMap<unknown, LoadedBackend | undefined>;

/** Undefined when the operation is not there, with a problem unless its backend has one. */
export const readRestOperation = (
  declaration: ContractDeclaration,
  named: RestOperationDeclaration,
  backends: RestBackends,
  problems: Problem[],
): ReadOperation | undefined => {
  const found = findOperation(named, backends, problems);
  if (found === undefined) return undefined;
  const request = readRequest(declaration, found.operation, problems);
  problems.push(...checkCredentialHeader(found.backend, request));
  return {
    request,
    operation: createOperation(found.backend, found.operation, request),
    answers: readAnswers(found.operation),
    digest: found.backend.digest,
    description: undefined,
  };
};

interface Found {
  readonly backend: LoadedBackend;
  readonly operation: DocumentOperation;
}

/** The operation in the document. */
const findOperation = (
  operation: RestOperationDeclaration,
  backends: RestBackends,
  problems: Problem[],
): Found | undefined => {
  const report = (message: string, mend: string): undefined =>
    void problems.push({ place: "operation", message, mend });
  const backend = backends.get(operation.backend);
  if (backend === undefined && backends.has(operation.backend)) return undefined;
  if (backend === undefined)
    return report(
      `the backend "${String(operation.backend.name)}" is not one that the contracts folder exports`,
      "make it with defineRestBackend from checkrein, and export it from a file in the contracts folder",
    );
  const key = operationKey(operation.method, operation.path);
  const found = backend.operations.get(key);
  if (found !== undefined) return { backend, operation: found };
  const keys = [...backend.operations.keys()];
  const nearest = keys.find((one) => one.endsWith(` ${operation.path}`)) ?? nearestNames(key, keys)[0];
  return report(
    `the API has no ${key}`,
    nearest === undefined ? "use a path and method of the document" : `did you mean ${nearest}?`,
  );
};

/** Two headers of one name: which of them the backend would believe is anyone's guess. */
const checkCredentialHeader = (backend: LoadedBackend, { parameters }: ContractRequest): readonly Problem[] => {
  const own = credentialHeader(backend.declaration);
  return parameters
    .filter((parameter) => parameter.in === "header" && parameter.name.toLowerCase() === own)
    .map(({ name, source }) => ({
      place: "argument" in source ? `input.${source.argument}` : `pin.${name}`,
      message: `the header ${name} carries the backend's credential: only the sidecar sends it`,
      mend: "leave it out of the contract, or out of the document where that requires it",
    }));
};

const createOperation = (
  { declaration, document }: LoadedBackend,
  operation: DocumentOperation,
  request: ContractRequest,
): Operation => ({
  kind: "rest",
  backend: declaration,
  method: operation.method,
  path: operation.path,
  parameters: request.parameters,
  body: request.body,
  paths: document.paths,
  canRenderElsewhere: document.paths.canRenderElsewhere(operation.path),
});
