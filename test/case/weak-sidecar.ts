// A deliberately weak sidecar, the way one is written in an afternoon: Fastify's defaults and default Ajv, schemas that know
// types and one pattern, URLs glued together, headers handed on, fetch. It exists to show that the runner finds what is wrong.
// Run as a process: `node weak-sidecar.ts <backend URL>`.
import fastify, { type FastifyReply, type FastifyRequest } from "fastify";
import set from "../data/cases/contracts.json" with { type: "json" };

type Tool = (typeof set.tools)[number];
type Values = Record<string, unknown>;

const [backend = ""] = process.argv.slice(2);
const app = fastify();

/** "The backend checks the rest." */
const typesAlone = (schema: object): unknown =>
  JSON.parse(JSON.stringify(schema), (key, value) =>
    ["pattern", "format", "uniqueItems"].includes(key) ? undefined : value,
  );

const schemaOf = (tool: Tool): { properties: Values; required: string[] } => {
  const { properties, $schema: _dialect, ...args } = tool.args;
  const own = Object.entries(properties).map(([arg, schema]) => [arg, arg === "name" ? schema : typesAlone(schema)]);
  return { ...args, properties: Object.fromEntries(own) };
};

const argumentsAt = (tool: Tool, places: readonly string[]): Values => {
  const { properties, required, ...args } = schemaOf(tool);
  const names = new Map(
    tool.http.params.filter(({ in: place }) => places.includes(place)).map(({ arg, name }) => [arg, name]),
  );
  const named = Object.entries(properties).flatMap(([arg, schema]) =>
    names.has(arg) ? [[names.get(arg), schema]] : [],
  );
  const needed = required.filter((arg) => names.has(arg)).map((arg) => names.get(arg));
  return { ...args, properties: Object.fromEntries(named), required: needed };
};

const send = async (tool: Tool, request: FastifyRequest, reply: FastifyReply, given: Values): Promise<FastifyReply> => {
  let path = tool.http.path;
  const query = new URLSearchParams();
  const headers: Record<string, string> = {};
  const body: Values = {};
  const pinned = "pinned" in tool.http ? (tool.http.pinned ?? []) : [];
  for (const { in: place, name, value } of pinned) {
    if (place === "query") query.set(name, value);
    else body[name] = value;
  }
  for (const [name, value] of Object.entries(request.headers)) {
    if (!["host", "connection", "content-length", "transfer-encoding"].includes(name)) headers[name] = String(value);
  }
  for (const [arg, value] of Object.entries(given)) {
    const param = tool.http.params.find((one) => one.arg === arg);
    if (param?.in === "path") path = path.replace(`{${param.name}}`, String(value));
    else if (param?.in === "query") for (const item of [value].flat()) query.append(param.name, String(item));
    else if (param?.in === "header") headers[param.name] = String(value);
    else body[param?.name ?? arg] = value;
  }
  const search = query.size > 0 ? `?${query}` : "";
  const payload = tool.http.method === "POST" ? { body: JSON.stringify(body) } : {};
  const answer = await fetch(`${backend}${path}${search}`, { method: tool.http.method, headers, ...payload });
  return reply.code(answer.status).send(await answer.text());
};

const byWireName = (tool: Tool, values: Values): Values =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const param = tool.http.params.find((one) => one.name.toLowerCase() === name.toLowerCase());
      return [param?.arg ?? name, value];
    }),
  );

const rest = (tool: Tool): void => {
  const has = (place: string): boolean => tool.http.params.some((param) => param.in === place);
  app.route({
    method: tool.http.method,
    url: tool.http.path.replaceAll(/\{(\w+)\}/g, ":$1"),
    schema: {
      ...(has("path") ? { params: argumentsAt(tool, ["path"]) } : {}),
      ...(has("query") ? { querystring: argumentsAt(tool, ["query"]) } : {}),
      ...(has("body") ? { body: argumentsAt(tool, ["body"]) } : {}),
    },
    handler: (request, reply) => {
      const own = tool.http.params.filter(({ in: place }) => place === "header").map(({ name }) => name.toLowerCase());
      const fields = Object.entries(request.headers).filter(([name]) => own.includes(name));
      const read: Values = Object.assign(Object.fromEntries(fields), request.params, request.query, request.body);
      return send(tool, request, reply, byWireName(tool, read));
    },
  });
};

const tools: Record<string, { tool: Tool; schema: object }> = {};
for (const tool of set.tools) {
  tools[tool.name] = { tool, schema: schemaOf(tool) };
  rest(tool);
}

app.post<{ Body: { tool: string; arguments: Values } }>(
  "/rpc",
  { schema: { body: { type: "object", required: ["tool"], properties: { arguments: { type: "object" } } } } },
  (request, reply) => {
    const { tool: name, arguments: given } = request.body;
    const known = tools[name];
    if (known === undefined) return reply.code(404).send({ error: "no such tool" });
    if (!request.validateInput(given, known.schema)) return reply.code(422).send({ error: "invalid" });
    return send(known.tool, request, reply, given);
  },
);

await app.listen({ port: 0, host: "127.0.0.1" });
process.stderr.write(`${JSON.stringify({ msg: "ready", data: app.listeningOrigin })}\n`);
