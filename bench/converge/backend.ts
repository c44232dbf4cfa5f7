// The backend of the measure, on loopback: writes down what arrives, gives what earlier calls of a case got, and has nothing
// to say to anything else (204).
import { once } from "node:events";
import { type IncomingMessage, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { canonical } from "../../test/support/json.ts";

export interface CountingBackend {
  readonly url: string;
  /** One text for each request since this was asked last: equal texts are equal requests. */
  take(): readonly string[];
  /** The next request gets this answer, now and whenever it comes again; without one, nothing is taught any more. */
  teach(answer?: { readonly status: number; readonly result: unknown }): void;
  /** From now on nothing is known: another case begins. */
  forget(): void;
  close(): void;
}

interface Taught {
  readonly status: number;
  readonly body: string;
}

export const startCountingBackend = async (): Promise<CountingBackend> => {
  let arrived: string[] = [];
  let next: Taught | undefined;
  const known = new Map<string, Taught>();
  const answerOf = (request: string): Taught | undefined => {
    if (next !== undefined) known.set(request, next);
    next = undefined;
    return known.get(request);
  };
  const server = createServer((request, response) => {
    void readRequest(request).then((said) => {
      arrived.push(said);
      const answer = answerOf(said);
      if (answer === undefined) return void response.writeHead(204).end();
      response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.body);
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  return {
    url: `http://127.0.0.1:${port}`,
    take: () => {
      const taken = arrived;
      arrived = [];
      return taken;
    },
    teach: (answer) => {
      next = answer && { status: answer.status, body: JSON.stringify(answer.result) };
    },
    forget: () => known.clear(),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

/** Headers that say how, and nothing of what is asked. */
const OF_THE_WIRE = [
  "host",
  "connection",
  "accept",
  "accept-encoding",
  "user-agent",
  "content-length",
  "transfer-encoding",
  "authorization",
];

const readRequest = async (request: IncomingMessage): Promise<string> => {
  const body = await text(request);
  const headers = Object.entries(request.headers).filter(([name]) => !OF_THE_WIRE.includes(name));
  return canonical([request.method, request.url, Object.fromEntries(headers), readBody(body)]);
};

const readBody = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
};
