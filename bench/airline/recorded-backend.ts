// A backend on loopback that answers what was recorded, for exactly the call that is next; any other call is a mistake.
import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { isDeepStrictEqual } from "node:util";
import { type RecordedCall, isError } from "./recording.ts";

export interface RecordedBackend {
  readonly url: string;
  /** The call that may come next; gives whether it came when it is asked afterwards. */
  expect(call: RecordedCall): () => boolean;
  close(): void;
}

/** They answer with a text; all others with JSON. */
const textTools: ReadonlySet<string> = new Set(["calculate", "send_certificate", "think", "transfer_to_human_agents"]);

export const startRecordedBackend = async (): Promise<RecordedBackend> => {
  let next: RecordedCall | undefined;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body: unknown = JSON.parse((await text(request)) || "{}");
    const call = next;
    next = undefined;
    if (call === undefined || request.url !== `/${call.tool}` || !isDeepStrictEqual(body, call.arguments))
      return void response.writeHead(500).end(); // told by the replay, which wants what was recorded
    const { status, type, said } = answerOf(call);
    response.writeHead(status, { "content-type": type }).end(said);
  };
  const server = createServer((request, response) => void answer(request, response));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  return {
    url: `http://127.0.0.1:${port}`,
    expect: (call) => {
      next = call;
      return () => next === undefined;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

const answerOf = (call: RecordedCall): { readonly status: number; readonly type: string; readonly said: string } => {
  const { tool, output } = call;
  if (isError(call)) {
    const error = output.replace(/^Error:?\s*/, "");
    return { status: 400, type: "application/json", said: JSON.stringify({ error }) };
  }
  return { status: 200, type: textTools.has(tool) ? "text/plain; charset=utf-8" : "application/json", said: output };
};
