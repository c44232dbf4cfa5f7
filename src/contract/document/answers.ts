// OpenAPI 3.0/3.1, Responses Object: what may come back for each status. Schemas are converted when the first answer
// arrives: most operations of a large document never see one.
import type { JsonValue } from "../../call.ts";
import { inspectSchema } from "../../schema/inspect.ts";
import { createProjection } from "../../schema/project.ts";
import { lazyRedaction } from "../../schema/redact.ts";
import type { JsonSchema, SchemaObject, SchemaProblem } from "../../schema/schema.ts";
import type { AnswerPlan } from "../output-plan.ts";
import type { DocumentOperation } from "./operation.ts";
import { bareMediaType, isJson } from "./parameter.ts";
import { entriesOf, member, resolve, step } from "./reference.ts";
import { typesOf, upgrade } from "./upgrade.ts";

export interface DocumentAnswers {
  /** By exact status, then range (`4XX`), then `default`; undefined when the document knows no such answer. */
  answer(status: number): readonly AnswerPlan[] | undefined;
  /** The schema of the JSON successes when they have one in common; worked out when asked. */
  readonly schema: SchemaObject | undefined;
  readonly problems: readonly SchemaProblem[];
  /** What of the answers' schemas the validator cannot enforce. Converts all of them: ask once, at load. */
  inspect(): readonly SchemaProblem[];
}

interface Response {
  readonly plans: readonly AnswerPlan[];
  /** Where the JSON schemas of this response stand. */
  readonly json: readonly { readonly schema: unknown; readonly pointer: string }[];
}

/** The plans of an operation's answers. */
export const readAnswers = (operation: DocumentOperation): DocumentAnswers => {
  const responses = new Map<string, Response>();
  const problems: SchemaProblem[] = [];
  for (const [status, item] of entriesOf(operation.responses)) {
    const key = status.toUpperCase();
    if (!/^(?:[1-5]\d\d|[1-5]XX|DEFAULT)$/.test(key)) continue;
    const resolved = resolve(operation.document.root, item, step(operation.pointer, "responses", status));
    if (resolved.ok) responses.set(key, readResponse(operation, resolved.value, resolved.pointer, key));
    else problems.push(resolved.problem);
  }
  return {
    answer: (status) =>
      (responses.get(String(status)) ?? responses.get(`${Math.trunc(status / 100)}XX`) ?? responses.get("DEFAULT"))
        ?.plans,
    get schema() {
      return successSchema(operation, responses);
    },
    problems,
    inspect: () =>
      [...responses.values()].flatMap(({ json }) =>
        json.flatMap(({ schema, pointer }) => inspectAnswer(operation, schema, pointer)),
      ),
  };
};

/**
 * Formats of answers are remarks, as JSON Schema 2020-12 has it: a call that took place does not fail for the writing of
 * a date or an empty URL.
 */
const FORMATS = { formats: "ignore" } as const;

const inspectAnswer = ({ document }: DocumentOperation, schema: unknown, pointer: string): readonly SchemaProblem[] => {
  const bundle = document.schemas.createBundle("output");
  const bundled = bundle.finish(bundle.convert(schema, pointer));
  const enforcement = inspectSchema(bundled, FORMATS).map((problem) => ({
    pointer,
    mend: problem.mend,
    message: `${problem.message} (at ${problem.pointer} of the answer)`,
  }));
  return [...bundle.problems(), ...enforcement];
};

const successSchema = (
  operation: DocumentOperation,
  responses: ReadonlyMap<string, Response>,
): SchemaObject | undefined => {
  const successes = [...responses].filter(([status]) => status.startsWith("2"));
  const found = (successes.length > 0 ? successes.map(([, response]) => response) : [...responses.values()]).flatMap(
    ({ json }) => json,
  );
  const [first] = found;
  if (first === undefined || found.length > 1) return undefined;
  const schema = operation.document.schemas.bundle(first.schema, first.pointer, "output");
  return typeof schema === "object" ? schema : undefined;
};

const EMPTY_STATUSES: ReadonlySet<string> = new Set(["204", "205", "304"]);

const readResponse = (operation: DocumentOperation, response: unknown, pointer: string, status: string): Response => {
  const headers = declaredHeaders(member(response, "headers"));
  const content = entriesOf(member(response, "content"));
  if (content.length === 0 || operation.method === "HEAD" || EMPTY_STATUSES.has(status)) {
    return { plans: [{ kind: "empty", mediaTypes: [], project: undefined, headers }], json: [] };
  }
  const media = content.map(([mediaType, value]) => ({
    form: formOf(operation, bareMediaType(mediaType), member(value, "schema")),
    schema: member(value, "schema") ?? true,
    pointer: step(pointer, "content", mediaType, "schema"),
  }));
  const plans = media.map(({ form, schema, pointer: at }) => ({
    kind: form.kind,
    mediaTypes: [form.mediaType],
    ...(form.kind === "json" ? lazily(operation, schema, at) : { project: undefined }),
    headers,
  }));
  return { plans, json: media.filter(({ form }) => form.kind === "json") };
};

/**
 * JSON, text, or bytes that are never looked into. A wildcard type counts as JSON where its schema describes
 * something else than a text, because that is what can be checked.
 */
const formOf = (
  operation: DocumentOperation,
  mediaType: string,
  schema: unknown,
): { readonly kind: "json" | "text" | "bytes"; readonly mediaType: string } => {
  if (isJson(mediaType)) return { kind: "json", mediaType };
  if (mediaType.startsWith("text/")) return { kind: "text", mediaType };
  if ((mediaType === "*/*" || mediaType === "application/*") && isStructured(operation, schema))
    return { kind: "json", mediaType: "application/json" };
  return { kind: "bytes", mediaType };
};

const isStructured = (operation: DocumentOperation, schema: unknown): boolean => {
  const resolved = resolve(operation.document.root, schema ?? {}, "");
  if (!resolved.ok || Object.keys(resolved.value).length === 0) return false;
  return !(typesOf(upgrade(resolved.value, operation.document.version))?.includes("string") ?? false);
};

/** Never passed on, whatever the document declares: cookies, what belongs to one connection, and the body's framing. */
const WITHHELD: ReadonlySet<string> = new Set([
  "set-cookie",
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "content-type",
  "content-length",
  "content-encoding",
]);

const declaredHeaders = (headers: unknown): readonly string[] =>
  entriesOf(headers)
    .map(([name]) => name.toLowerCase())
    .filter((name) => !WITHHELD.has(name));

const lazily = (
  operation: DocumentOperation,
  schema: unknown,
  pointer: string,
): Pick<AnswerPlan, "project" | "redact" | "hasSecrets" | "schema"> => {
  const bundle = (): JsonSchema => operation.document.schemas.bundle(schema, pointer, "output");
  let project: ((value: unknown) => JsonValue | undefined) | undefined;
  return {
    project: (value) => (project ??= createProjection(bundle(), FORMATS))(value),
    ...lazyRedaction(bundle),
    schema: () => ({ schema: bundle(), ...FORMATS }),
  };
};
