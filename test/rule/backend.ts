// A small backend on loopback, one POST path a tool: it keeps what arrived, and answers as it is told, also not at all.
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";

/** `broken`: the connection ends before an answer. `slow`: no answer in any time that a call has. */
export type Given =
  | { readonly status?: number; readonly body?: unknown; readonly afterMs?: number }
  | "broken"
  | "slow";

export interface Arrived {
  readonly tool: string;
  readonly body: unknown;
}

export interface ToolBackend {
  readonly url: string;
  /** What arrived since the last time that this was asked. */
  take(): readonly Arrived[];
  /** From now on, for this tool; undefined: a new id each time. */
  give(tool: string, given: Given | undefined): void;
  close(): Promise<void>;
}

export const startToolBackend = async (): Promise<ToolBackend> => {
  let arrived: Arrived[] = [];
  let answers = 0;
  const scripts = new Map<string, Given>();
  const server = createServer((request, response) => {
    const tool = (request.url ?? "/").slice(1);
    void readBody(request).then((body) => {
      arrived.push({ tool, body });
      answers += 1;
      answer(response, scripts.get(tool) ?? { body: { id: `r${answers}` } });
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    url: `http://127.0.0.1:${port}`,
    take: () => {
      const taken = arrived;
      arrived = [];
      return taken;
    },
    give: (tool, given) => {
      if (given === undefined) scripts.delete(tool);
      else scripts.set(tool, given);
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
};

const readBody = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return JSON.parse(Buffer.concat(chunks).toString() || "null");
};

const answer = (response: ServerResponse, given: Given): void => {
  if (given === "slow") return;
  if (given === "broken") return void response.socket?.destroy();
  const { status = 200, body = {}, afterMs = 0 } = given;
  const write = (): void => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
  if (afterMs === 0) write();
  else setTimeout(write, afterMs);
};
