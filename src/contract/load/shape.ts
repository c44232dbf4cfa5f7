// The form of a contract, before anything of it is read: a mounted file never met the compiler, so each member may be
// anything, or be misspelt. What has the wrong form is not read any further.
import { MOST_ATTEMPTS, isRefusalCode } from "../../refusal.ts";
import { nearestNames } from "../../nearest.ts";
import type { ContractDeclaration } from "../define.ts";
import { isJsonSchemaInput } from "../input/json-schema.ts";
import { isZodSchema } from "../input/walk.ts";
import { LONGEST_RESULT, isPolicy } from "../journal-policy.ts";
import { isClaimReference } from "../rule/declaration.ts";
import type { Problem } from "./arguments.ts";

interface Shape {
  readonly problems: readonly Problem[];
  /** Whether the members that load goes into have their form. */
  readonly isReadable: boolean;
}

interface Member {
  readonly fits: (value: unknown) => boolean;
  readonly message: string;
  readonly mend: string;
  /** Load goes into it: a wrong form ends the reading. */
  readonly deep?: true;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isSchema = (value: unknown): boolean => isJsonSchemaInput(value) || isZodSchema(value);
const isBoolean = (value: unknown): boolean => typeof value === "boolean";

const isJson = (value: unknown, seen: ReadonlySet<unknown> = new Set()): boolean => {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || seen.has(value)) return false;
  const around = new Set([...seen, value]);
  return Object.values(value).every((inner) => isJson(inner, around));
};

const schemaMend = "write a zod schema (z from checkrein), or jsonSchema({…})";
const isOperation = (value: unknown): boolean =>
  isObject(value) &&
  (value["kind"] === "local" ||
    (value["kind"] === "rest" &&
      typeof value["method"] === "string" &&
      typeof value["path"] === "string" &&
      isObject(value["backend"])) ||
    (value["kind"] === "mcp" && typeof value["tool"] === "string" && isObject(value["backend"])));

const MEMBERS: Readonly<Record<string, Member>> = {
  tool: {
    fits: (value) => typeof value === "string" && /^[A-Za-z0-9_-]{1,64}$/.test(value),
    message: "is not a tool name that every model API takes",
    mend: "use 1 to 64 letters, digits, _ and -",
  },
  description: {
    fits: (value) => typeof value === "string" && value.trim() !== "",
    message: "is not a description",
    mend: "say in a sentence what the tool does: it is all that agents read",
  },
  operation: {
    fits: isOperation,
    message: "is not an operation",
    mend: 'write operation: backend.get("/path"), server.tool("name"), or local()',
    deep: true,
  },
  input: { fits: isSchema, message: "is not a schema", mend: schemaMend, deep: true },
  output: { fits: isSchema, message: "is not a schema", mend: schemaMend, deep: true },
  pin: {
    fits: (value) => isObject(value) && Object.values(value).every((one) => isClaimReference(one) || isJson(one)),
    message: "is not an object of JSON values and claims",
    mend: 'write pin: { currency: "EUR", tenant: claim("tenant") }',
    deep: true,
  },
  map: {
    fits: (value) => isObject(value) && Object.values(value).every((place) => typeof place === "string"),
    message: "is not an object of places",
    mend: 'write map: { key: "header.Idempotency-Key" }',
    deep: true,
  },
  encodedSlash: {
    fits: (value) => Array.isArray(value) && value.every((name) => typeof name === "string"),
    message: "is not a list of argument names",
    mend: 'write encodedSlash: ["path"]',
    deep: true,
  },
  errors: {
    fits: (value) =>
      isObject(value) &&
      Object.entries(value).every(([status, schema]) => /^[45]\d\d$/.test(status) && isSchema(schema)),
    message: "is not an object of statuses from 400 to 599 with schemas",
    mend: "write errors: { 404: z.object({…}) }",
    deep: true,
  },
  rules: {
    fits: Array.isArray,
    message: "is not a list",
    mend: "write rules: [limit(3)], or leave it out",
    deep: true,
  },
  effect: {
    fits: (value) => value === "read" || value === "write" || value === "destructive",
    message: "is not an effect",
    mend: 'use "read", "write" or "destructive"',
  },
  succeeded: {
    fits: (value) => typeof value === "function",
    message: "is not a function",
    mend: "write succeeded: (result) => …, or leave it out",
  },
  rest: { fits: isBoolean, message: "is neither true nor false", mend: "write rest: false, or leave it out" },
  deadlineMs: {
    fits: (value) => Number.isSafeInteger(value) && Number(value) >= 1,
    message: "is not a whole number of milliseconds",
    mend: "correct it or leave it out",
  },
  attempts: {
    fits: (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MOST_ATTEMPTS,
    message: "is not a whole number of attempts",
    mend: `write one from 1 to ${MOST_ATTEMPTS}, or leave it out`,
  },
  journal: {
    fits: (value) => isObject(value) && isPolicy(value),
    message: "is not what the journal can be told",
    mend: `write journal: { policy: "required" or "best_effort", result: "keep" or "digest", maxResult: 65536 }, or a part of it; maxResult is at most ${LONGEST_RESULT}`,
  },
  examples: {
    fits: Array.isArray,
    message: "is not a list",
    mend: "write examples: [{ name: …, arguments: {…} }]",
  },
};

/** An MCP server may describe its own tool. */
const requiredFor = (operation: unknown): readonly string[] =>
  isObject(operation) && operation["kind"] === "mcp" ? ["tool", "operation"] : ["tool", "description", "operation"];

export const checkShape = (declaration: ContractDeclaration): Shape => {
  const written = new Map(Object.entries(declaration).filter(([, value]) => value !== undefined));
  const missing = requiredFor(declaration.operation)
    .filter((name) => !written.has(name))
    .map((name) => ({
      place: name,
      message: `there is no ${name}`,
      mend: MEMBERS[name]?.mend ?? "",
    }));
  const wrong = [...written].filter(
    ([name, value]) => Object.hasOwn(MEMBERS, name) && MEMBERS[name]?.fits(value) === false,
  );
  const unknown = [...written.keys()].filter((name) => !Object.hasOwn(MEMBERS, name));
  const problems = [
    ...missing,
    ...wrong.map(([name, value]) => ({
      place: name,
      message: `${shown(value)} ${MEMBERS[name]?.message ?? ""}`,
      mend: MEMBERS[name]?.mend ?? "",
    })),
    ...unknown.map((name) => unknownMember(name, "a contract", Object.keys(MEMBERS))),
    ...checkExamples(written.get("examples")),
  ];
  return {
    problems,
    isReadable: written.has("operation") && !wrong.some(([name]) => MEMBERS[name]?.deep === true),
  };
};

/** A misspelt member would be left out in silence: a pin that is none, a deadline that does not hold. */
export const unknownMember = (name: string, whole: string, known: readonly string[]): Problem => {
  const [nearest] = nearestNames(name, known);
  return {
    place: name,
    message: `${whole} has no ${name}`,
    mend: nearest === undefined ? `use ${known.join(", ")}` : `did you mean ${nearest}?`,
  };
};

const shown = (value: unknown): string => {
  if (typeof value === "string") return JSON.stringify(value.length > 80 ? `${value.slice(0, 79)}…` : value);
  if (typeof value === "function") return "a function";
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object of another kind";
  return String(value);
};

const checkExamples = (examples: unknown): readonly Problem[] =>
  (Array.isArray(examples) ? examples : []).flatMap((example: unknown, index) => {
    const place = `examples[${index}]`;
    if (!isObject(example) || typeof example["name"] !== "string" || !Object.hasOwn(example, "arguments"))
      return [{ place, message: "an example has a name and arguments", mend: "write { name: …, arguments: {…} }" }];
    const { refused } = example;
    if (refused === undefined || (isObject(refused) && isRefusalCode(refused["code"]))) return [];
    return [
      {
        place: `${place}.refused`,
        message: "the code is not one that a refusal has",
        mend: 'write refused: { code: "invalid_arguments" }, or another code of the table',
      },
    ];
  });
