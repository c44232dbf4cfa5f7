// A model that plays a script: it asks for one tool call after the other, and keeps what it was offered and what it read.
// So an agent runs end to end without a model provider, and what is compared is what its model would have read.
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import { json } from "node:stream/consumers";
import { chatApi } from "./chat-api.ts";
import { messagesApi } from "./messages-api.ts";
import type { Asked, ModelApi, OfferedTool, Said } from "./model-api.ts";
import { responsesApi } from "./responses-api.ts";
import { serve } from "./serve.ts";

/** A tool by its contract's name, and arguments. */
export interface ScriptedCall {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface FakeModel {
  /** What clients call the base URL of a provider: `http://127.0.0.1:<port>/v1`. */
  readonly url: string;
  /** Names of the tools that were offered, as the client renamed them. */
  readonly offered: ReadonlySet<string>;
  /** What the model read as the outcome of each call of the script; undefined: nothing came back. */
  read(): readonly (string | undefined)[];
  /** What went wrong with the fake itself. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}

const apis: readonly ModelApi[] = [messagesApi, responsesApi, chatApi];
const idOf = (index: number): string => `call_${index}`;

export const startFakeModel = async (script: readonly ScriptedCall[]): Promise<FakeModel> => {
  const offered = new Set<string>();
  const results = new Map<string, string>();
  const faults: string[] = [];

  const note = ({ tools, results: read }: Asked): void => {
    for (const { name } of tools) offered.add(name);
    for (const [id, text] of read) results.set(id, text);
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? "/", "http://model");
    const api = apis.find(({ path }) => pathname.endsWith(path));
    if (api === undefined || request.method !== "POST") return void response.writeHead(404).end("{}");
    const asked = api.readRequest(await json(request));
    note(asked);
    const said = nextOf(script, asked);
    if (asked.isStreamed) return sendEvents(response, api, said);
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(api.writeAnswer(said)));
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      faults.push(`${request.method} ${request.url}: ${String(error)}`);
      response.destroy();
    });
  });
  const { url, close } = await serve(server);
  const read = (): readonly (string | undefined)[] => script.map((_, index) => results.get(idOf(index)));
  return { url: `${url}/v1`, offered, read, faults, close };
};

/** The first call of the script that has no outcome yet. It depends on the request alone: clients also ask beside the work. */
const nextOf = (script: readonly ScriptedCall[], { tools, results }: Asked): Said => {
  const index = script.findIndex((_, place) => !results.has(idOf(place)));
  const call = script[index];
  if (call === undefined || tools.length === 0) return { kind: "text", text: "Done." };
  const tool = tools.find(({ name }) => isCalled(name, call.tool));
  if (tool === undefined) return { kind: "text", text: `There is no tool ${call.tool}.` };
  return { kind: "call", id: idOf(index), tool, arguments: JSON.stringify(call.arguments) };
};

const lettersOf = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

/** Clients put a server's name in front and replace letters: `mcp__checkrein__get-sum`, `get_sum`. */
export const isCalled = (offered: OfferedTool["name"], tool: string): boolean =>
  lettersOf(offered).endsWith(lettersOf(tool));

const sendEvents = (response: ServerResponse, api: ModelApi, said: Said): void => {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  for (const { event, data } of api.writeEvents(said)) {
    const text = typeof data === "string" ? data : JSON.stringify(data);
    response.write(`${event === undefined ? "" : `event: ${event}\n`}data: ${text}\n\n`);
  }
  response.end();
};
