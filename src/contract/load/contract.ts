// One declared contract against what its backend takes: bound, fitted, made into what the walk needs, or its problems.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { JsonObject } from "../../call.ts";
import { lazyRedaction } from "../../schema/redact.ts";
import type { Contract, Effect, LoadProblem, Notice } from "../contract.ts";
import type { FunctionText } from "../function-text.ts";
import { policyOf } from "../journal-policy.ts";
import type { ContractDeclaration } from "../define.ts";
import { effectOfMethod } from "../effect.ts";
import { ruleDeclarationOf, splitPins } from "../rule/declaration.ts";
import { argumentReach } from "../rule/reach.ts";
import type { RuleSubject } from "../rule/reader.ts";
import type { Rule } from "../rule/rule.ts";
import { describeTool } from "../rule/text.ts";
import type { Told } from "../rule/told.ts";
import { type Problem, createArgumentsCheck } from "./arguments.ts";
import { ownSchema } from "./claim-pins.ts";
import type { Declared } from "./modules.ts";
import { type ReadOutput, readOutput } from "./output.ts";
import type { ReadOperation } from "./read-operation.ts";
import { readLocal } from "./request.ts";
import { type RestBackends, readRestOperation } from "./rest-operation.ts";
import { type PlacedRule, readRules } from "./rules.ts";
import { checkShape } from "./shape.ts";
import { type LockedBackends, readToolOperation } from "./tool-operation.ts";

export interface LoadedContract {
  readonly file: string;
  /** Those without problems of their own. */
  readonly rules: readonly PlacedRule[];
  readonly contract: Contract | undefined;
  readonly problems: readonly LoadProblem[];
  readonly notices: readonly Notice[];
}

export interface LoadedBackends {
  readonly rest: RestBackends;
  readonly mcp: LockedBackends;
}

export const loadContract = (
  { file, declaration }: Declared<ContractDeclaration>,
  backends: LoadedBackends,
): LoadedContract => {
  const shape = checkShape(declaration);
  const problems: Problem[] = [...shape.problems];
  const failed = (notices: readonly Notice[] = []): LoadedContract => ({
    file,
    rules: [],
    contract: undefined,
    problems: problems.map((problem) => ({ file, ...problem })),
    notices,
  });
  if (!shape.isReadable) return failed();
  const read = readOperation(declaration, backends, problems);
  if (read === undefined && problems.length === 0) return failed();
  const description = declaration.description ?? read?.description;
  if (read !== undefined && (description ?? "").trim() === "" && declaration.description === undefined)
    problems.push(NO_DESCRIPTION);
  // An operation that was not found: its input is checked all the same.
  const request = read?.request ?? readLocal(declaration, problems);
  const output = readOutput(declaration, read?.answers);
  problems.push(...output.problems);
  const {
    rules,
    sound,
    notices: ruleNotices,
    functions,
  } = readRules(declaration.rules, subjectOf(declaration, read), problems);
  const notices = [...request.notices, ...ruleNotices].map((message) => ({
    file,
    tool: String(declaration.tool),
    message,
  }));
  if (problems.length > 0 || read === undefined || description === undefined)
    return { ...failed(notices), rules: sound };
  const contract = createContract({ file, declaration, read, output, description, rules, functions });
  return { file, contract, rules: sound, problems: [], notices };
};

/** What rules may name. Of an input that could not be read nothing is said. */
const subjectOf = (declaration: ContractDeclaration, read: ReadOperation | undefined): RuleSubject => {
  const { tool } = declaration;
  if (read === undefined || read.request.input.problems.length > 0)
    return { tool, effect: "write", deadlineMs: 0, names: [], isOptional: () => false, reach: () => "scalar" };
  const pinned = Object.keys(declaration.pin ?? {});
  return {
    tool,
    effect: effectOf(declaration, read),
    deadlineMs: deadlineOf(declaration, read),
    ...argumentReach(read.request.input.schema, pinned),
  };
};

const effectOf = ({ effect }: ContractDeclaration, { operation }: ReadOperation): Effect =>
  effect ?? (operation.kind === "rest" ? effectOfMethod(operation.method) : "destructive");

const deadlineOf = ({ deadlineMs }: ContractDeclaration, { operation }: ReadOperation): number =>
  deadlineMs ?? (operation.kind === "local" ? 0 : operation.backend.deadlineMs);

const NO_DESCRIPTION: Problem = {
  place: "description",
  message: "there is no description, and the server gives none",
  mend: "say in a sentence what the tool does: it is all that agents read",
};

const readOperation = (
  declaration: ContractDeclaration,
  { rest, mcp }: LoadedBackends,
  problems: Problem[],
): ReadOperation | undefined => {
  const { operation } = declaration;
  if (operation.kind === "rest") return readRestOperation(declaration, operation, rest, problems);
  if (operation.kind === "mcp") return readToolOperation(declaration, operation, mcp, problems);
  const request = readLocal(declaration, problems);
  return { request, operation: { kind: "local" }, answers: undefined, digest: undefined, description: undefined };
};

interface Parts {
  readonly file: string;
  readonly declaration: ContractDeclaration;
  readonly read: ReadOperation;
  readonly output: ReadOutput;
  readonly description: string;
  readonly rules: readonly Rule[];
  readonly functions: readonly FunctionText[];
}

const createContract = (parts: Parts): Contract => {
  const { file, declaration, read, output, description, rules } = parts;
  const { request, operation } = read;
  const { schema, runChecks, checks } = request.input;
  const { parameters, body } = request.own ?? request;
  const effect = effectOf(declaration, read);
  const words = { purpose: description, checks };
  const pinned = declaration.pin ?? {};
  const check = createArgumentsCheck({
    schema,
    formats: request.formats,
    runChecks,
    ownSchema: (argument) => ownSchema(parameters, body, argument),
    leftOut: request.leftOut ?? [],
  });
  const told: Told = { tool: () => true, argument: (name) => !Object.hasOwn(pinned, name) };
  return Object.freeze({
    tool: declaration.tool,
    description: describeTool({ words, rules }, told),
    words,
    effect,
    operation,
    inputSchema: schema,
    arguments: check,
    operationTakes: request.takes ?? ((args: JsonObject) => check.check(args).ok),
    output: output.plan,
    ownsRoute: operation.kind === "rest" && declaration.rest !== false,
    deadlineMs: deadlineOf(declaration, read),
    ...(declaration.attempts === undefined ? {} : { attempts: declaration.attempts }),
    redact: lazyRedaction(() => schema).redact,
    journal: policyOf(declaration.journal, effect),
    rules,
    pins: splitPins(declaration.pin).pins,
    claimPins: request.claimPins,
    examples: declaration.examples ?? [],
    formats: request.formats,
    functions: functionsOf(parts),
    digest: digestOf(parts, effect),
    file,
  });
};

const functionsOf = ({ declaration: { succeeded }, read, output, functions }: Parts): readonly FunctionText[] => [
  ...read.request.input.functions,
  ...output.functions,
  ...(succeeded === undefined ? [] : [{ place: "succeeded", text: String(succeeded) }]),
  ...functions,
];

/** SHA-256 of all that decides about a call. Functions count by the text of the file that they stand in. */
const digestOf = ({ file, declaration, read, output }: Parts, effect: Effect): string => {
  const { tool, operation, deadlineMs, attempts, succeeded } = declaration;
  const { parameters, body, input, claimPins } = read.request;
  const rules = (declaration.rules ?? []).map(ruleDeclarationOf);
  const written = JSON.stringify(rules, textOfFunction);
  const hasFunctions =
    input.runChecks !== undefined || succeeded !== undefined || output.hasChecks || written !== JSON.stringify(rules);
  const decides = {
    tool,
    target: targetOf(operation),
    document: read.digest,
    effect,
    deadlineMs,
    schema: input.schema,
    parameters,
    body,
    answers: output.authored,
    ...(rules.length === 0 ? {} : { rules: written }),
    ...(attempts === undefined ? {} : { attempts }),
    ...(Object.keys(claimPins).length === 0 ? {} : { claimPins }),
    functions: hasFunctions ? readFileSync(file, "utf8") : undefined,
  };
  return createHash("sha256").update(JSON.stringify(decides)).digest("hex");
};

/** Functions of another file change with their own text. */
const textOfFunction = (_name: string, value: unknown): unknown =>
  typeof value === "function" ? String(value) : value;

const targetOf = (operation: ContractDeclaration["operation"]): readonly string[] => {
  if (operation.kind === "local") return [];
  const { name } = operation.backend;
  return operation.kind === "rest" ? [name, operation.method, operation.path] : [name, operation.tool];
};
