// One declared contract against its backend's document: bound, fitted, made into what the walk needs, or its problems.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { JsonValue } from "../../call.ts";
import { createRedaction } from "../../schema/redact.ts";
import type { Contract, Effect, LoadProblem, Notice, Operation } from "../contract.ts";
import type { ContractDeclaration } from "../define.ts";
import { readAnswers } from "../document/answers.ts";
import type { DocumentOperation } from "../document/operation.ts";
import { type Problem, createArgumentsCheck } from "./arguments.ts";
import { effectOfMethod } from "../effect.ts";
import { type LoadedBackend, operationKey } from "./backend.ts";
import { credentialHeader } from "./declaration.ts";
import type { Declared } from "./modules.ts";
import { type ReadOutput, readOutput } from "./output.ts";
import { checkShape } from "./shape.ts";
import { type ContractRequest, readLocal, readRequest } from "./request.ts";
import { nearestNames } from "../../nearest.ts";

export interface LoadedContract {
  readonly contract: Contract | undefined;
  readonly problems: readonly LoadProblem[];
  readonly notices: readonly Notice[];
}

/** Undefined: a backend that did not load, and has said why. */
type Backends = ReadonlyMap<unknown, LoadedBackend | undefined>;

export const loadContract = (
  { file, declaration }: Declared<ContractDeclaration>,
  backends: Backends,
): LoadedContract => {
  const shape = checkShape(declaration);
  const problems: Problem[] = [...shape.problems];
  if (!shape.isReadable)
    return { contract: undefined, problems: problems.map((problem) => ({ file, ...problem })), notices: [] };
  const found = findOperation(declaration, backends, problems);
  if (found === undefined && declaration.operation.kind === "rest" && problems.length === 0)
    return { contract: undefined, problems: [], notices: [] };
  const request =
    found === undefined ? readLocal(declaration, problems) : readRequest(declaration, found.operation, problems);
  if (found !== undefined) problems.push(...checkCredentialHeader(found.backend, request));
  const output = readOutput(declaration, found === undefined ? undefined : readAnswers(found.operation));
  problems.push(...output.problems);
  const notices = request.notices.map((message) => ({ file, tool: String(declaration.tool), message }));
  if (problems.length > 0)
    return { contract: undefined, problems: problems.map((problem) => ({ file, ...problem })), notices };
  const operation =
    found === undefined ? ({ kind: "local" } as const) : createOperation(found.backend, found.operation, request);
  const parts: Parts = { file, declaration, request, operation, output, document: found?.backend.digest };
  return { contract: createContract(parts), problems: [], notices };
};

interface Found {
  readonly backend: LoadedBackend;
  readonly operation: DocumentOperation;
}

/** The operation in the document; undefined for a local tool, and with a problem when it is not there. */
const findOperation = (
  { operation }: ContractDeclaration,
  backends: Backends,
  problems: Problem[],
): Found | undefined => {
  if (operation.kind === "local") return undefined;
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

interface Parts {
  readonly file: string;
  readonly declaration: ContractDeclaration;
  readonly request: ContractRequest;
  readonly operation: Operation;
  readonly output: ReadOutput;
  /** The digest of the backend's document. */
  readonly document: string | undefined;
}

const createContract = (parts: Parts): Contract => {
  const { file, declaration, request, operation, output } = parts;
  const { schema, runChecks } = request.input;
  const effect = declaration.effect ?? (operation.kind === "rest" ? effectOfMethod(operation.method) : "destructive");
  let redact: ((value: unknown) => JsonValue) | undefined;
  return Object.freeze({
    tool: declaration.tool,
    description: declaration.description,
    effect,
    operation,
    inputSchema: schema,
    arguments: createArgumentsCheck(schema, request.formats, runChecks),
    output: output.plan,
    ownsRoute: operation.kind === "rest" && declaration.rest !== false,
    deadlineMs: declaration.deadlineMs ?? (operation.kind === "rest" ? operation.backend.deadlineMs : 0),
    redact: (value: unknown) => (redact ??= createRedaction(schema))(value),
    examples: declaration.examples ?? [],
    digest: digestOf(parts, effect),
    file,
  });
};

/** SHA-256 of all that decides about a call. Functions count by the text of the file that they stand in. */
const digestOf = ({ file, declaration, request, output, document }: Parts, effect: Effect): string => {
  const { tool, operation, deadlineMs, succeeded } = declaration;
  const { parameters, body, input } = request;
  const hasFunctions = input.runChecks !== undefined || succeeded !== undefined || output.hasChecks;
  const decides = {
    tool,
    target: operation.kind === "rest" ? [operation.backend.name, operation.method, operation.path] : [],
    document,
    effect,
    deadlineMs,
    schema: input.schema,
    parameters,
    body,
    answers: output.authored,
    functions: hasFunctions ? readFileSync(file, "utf8") : undefined,
  };
  return createHash("sha256").update(JSON.stringify(decides)).digest("hex");
};
