// express-openapi-validator before the same backend, from the OpenAPI document: the call is made in its REST form. Tool
// names, rules, and arguments that are no object cannot be said there.
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from "express";
import { middleware } from "express-openapi-validator";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { isMembers, listOf, memberOf, membersOf, type Members } from "../../../test/support/json.ts";
import { type OpenApi, readOpenApi } from "../../../test/support/openapi-document.ts";
import type { Door } from "../agent.ts";
import type { Call, Subject } from "../fault.ts";
import { type RestCall, argumentPath, writeRestCall } from "../rest-call.ts";
import { send } from "../send.ts";
import type { Loaded, System } from "../system.ts";
import { requestsOf } from "./openapi-document.ts";
import { type PlainError, noSuchTool, refusalOf } from "./plain.ts";

const readDocument = ({ set }: Loaded): Members => {
  const source = readFileSync(set.document, "utf8");
  return membersOf(set.document.endsWith(".json") ? JSON.parse(source) : parse(source));
};

const templatesOf = ({ catalog }: Loaded): ReadonlySet<string> =>
  new Set(catalog.contracts.flatMap(({ operation }) => (operation.kind === "rest" ? [operation.path.template] : [])));

const createApp = (document: Members, backendUrl: string): Express => {
  const app = express();
  app.use(express.json({ limit: "10mb", strict: false }), express.urlencoded({ extended: true }), express.text());
  const apiSpec = structuredClone(document) as unknown as Parameters<typeof middleware>[0]["apiSpec"]; // a document as it was read
  app.use(middleware({ apiSpec, validateResponses: false, validateSecurity: false, validateApiSpec: false }));
  app.use(forwardTo(backendUrl), refuseWith);
  return app;
};

const forwardTo =
  (backendUrl: string): RequestHandler =>
  async (request, response) => {
    const type = request.headers["content-type"];
    const body =
      type === undefined ? undefined : typeof request.body === "string" ? request.body : JSON.stringify(request.body);
    const { status, text } = await send(`${backendUrl}${request.originalUrl}`, {
      method: request.method,
      headers: type === undefined ? {} : { "content-type": type },
      ...(body === undefined ? {} : { body }),
    });
    response.status(status).send(text);
  };

/** Express knows a handler of errors by its four parameters. */
const refuseWith: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  const status = Number(Reflect.get(Object(error), "status") ?? 500);
  if (status === 500) console.error(String(Object(error).stack).slice(0, 600));
  response.status(status).json({ errors: Reflect.get(Object(error), "errors") ?? [] });
};

export const startOpenApiValidator = async (loaded: Loaded): Promise<System> => {
  const whole = readDocument(loaded);
  const api = readOpenApi(whole);
  const server = createApp(requestsOf(whole, templatesOf(loaded)), loaded.backend.url).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  const url = `http://127.0.0.1:${port}`;
  return {
    hasRules: false,
    formOf: (subject, call) => {
      const written = writeCall(loaded, api, subject, call);
      return written && JSON.stringify(written.request);
    },
    open: async (subject) => (call) => callRest(url, writeCall(loaded, api, subject, call), call),
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
};

const writeCall = ({ catalog }: Loaded, api: OpenApi, { claims }: Subject, call: Call): RestCall | undefined => {
  const contract = catalog.find(call.tool);
  if (contract?.operation.kind !== "rest") return undefined;
  const { operation } = contract;
  const described = api.find(operation.method, operation.path.template);
  return described && writeRestCall({ contract, operation, described, claims }, call.arguments);
};

const callRest = async (url: string, written: RestCall | undefined, call: Call): ReturnType<Door> => {
  if (written === undefined) return noSuchTool();
  const { method, target, headers, body } = written.request;
  const { status, text } = await send(`${url}${target}`, {
    method,
    headers: Object.fromEntries(headers),
    ...(body === undefined ? {} : { body: String(body) }),
  });
  if (status < 300) return undefined;
  if (status === 404 || status === 405) return noSuchTool();
  const errors = listOf(memberOf(JSON.parse(text), "errors")).filter(isMembers);
  return refusalOf(
    "invalid",
    errors.map((error) => errorOf(written, error)),
    call.arguments,
  );
};

const errorOf = (written: RestCall, error: Members): PlainError => {
  const keyword = String(error["errorCode"]).replace(".openapi.validation", "");
  const path = argumentPath(written, String(error["path"]));
  return { path, keyword, accepts: acceptedIn(keyword, String(error["message"])) };
};

/** The validator says it in words alone: `must be integer`, `must be <= 50`, `must match format "date"`. */
const acceptedIn = (keyword: string, message: string): PlainError["accepts"] => {
  const [, words = ""] = /must be (.*)$/.exec(message) ?? [];
  if (keyword === "type") return { type: words.split(",") };
  if (keyword === "enum") return { enum: (words.split(": ")[1] ?? "").split(", ") };
  const number = /-?\d+(?:\.\d+)?/.exec(message)?.[0];
  const quoted = /"(.*)"/.exec(message)?.[1];
  if (quoted !== undefined && (keyword === "format" || keyword === "pattern")) return { [keyword]: quoted };
  return number === undefined || keyword === "required" ? {} : { [keyword]: Number(number) };
};
