// What is written in an afternoon and strict all the same: Fastify, Ajv 2020 with all errors and the very schemas of the
// contracts. A valid call goes on to the backend; an invalid one gets Ajv's errors as they are.
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import fastify from "fastify";
import { memberOf } from "../../../test/support/json.ts";
import { escapePointer } from "../../../src/json/pointer.ts";
import { sendJson } from "../send.ts";
import type { Loaded, System } from "../system.ts";
import { type PlainError, noSuchTool, refusalOf } from "./plain.ts";

/** Keywords of ours, and of OpenAPI documents, which assert nothing here. */
const VOCABULARY = ["x-secret", "x-format", "discriminator", "example", "xml", "externalDocs"];

const createValidators = ({ catalog }: Loaded): ((tool: string) => ValidateFunction | undefined) => {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true, unicodeRegExp: true, logger: false });
  addFormats.default(ajv);
  ajv.addVocabulary(VOCABULARY);
  const compiled = new Map<string, ValidateFunction>();
  return (tool) => {
    const schema = catalog.find(tool)?.inputSchema;
    const validate = compiled.get(tool) ?? (schema === undefined ? undefined : ajv.compile(schema));
    if (validate !== undefined) compiled.set(tool, validate);
    return validate;
  };
};

export const startAjvSidecar = async (loaded: Loaded): Promise<System> => {
  const validatorOf = createValidators(loaded);
  const app = fastify({ bodyLimit: 10_000_000 });
  app.post("/call", async (request, reply) => {
    const tool = String(memberOf(request.body, "tool"));
    const args = memberOf(request.body, "arguments");
    const validate = validatorOf(tool);
    if (validate === undefined) return reply.code(404).send({ error: "unknown tool" });
    if (!validate(args)) return reply.code(400).send({ errors: validate.errors });
    const { status, text } = await sendJson(`${loaded.backend.url}/${encodeURIComponent(tool)}`, args);
    return reply.code(status).send(text === "" ? undefined : text);
  });
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  return {
    hasRules: false,
    open: async () => async (call) => {
      const { status, text } = await sendJson(`${url}/call`, call);
      if (status < 300) return undefined;
      if (status === 404) return noSuchTool();
      const errors = memberOf(JSON.parse(text), "errors");
      return refusalOf("invalid", Array.isArray(errors) ? errors.map(errorOf) : [], call.arguments);
    },
    close: () => app.close(),
  };
};

const errorOf = ({ instancePath, keyword, params }: ErrorObject): PlainError => {
  const member: unknown = params["missingProperty"] ?? params["additionalProperty"] ?? params["unevaluatedProperty"];
  const path = typeof member === "string" ? `${instancePath}/${escapePointer(member)}` : instancePath;
  return { path, keyword, accepts: acceptedBy(keyword, params) };
};

/** What Ajv puts into `params`, under the keyword's own name. */
const acceptedBy = (keyword: string, params: Readonly<Record<string, unknown>>): PlainError["accepts"] => {
  const value =
    params["limit"] ??
    params["allowedValues"] ??
    params["allowedValue"] ??
    params["type"] ??
    params["format"] ??
    params["pattern"] ??
    params["multipleOf"];
  return value === undefined ? {} : { [keyword]: value };
};
