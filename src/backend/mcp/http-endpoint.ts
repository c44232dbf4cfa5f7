// Where an MCP server is reached over HTTP: one for each backend, shared by all sessions with it, so that `maxConnections`
// bounds the backend. Redirects are never followed, compression is never asked for, and the agent's credentials are not here.
import type { Pool } from "undici";
import { type Exchange, type ExchangeOptions, type Running, startExchange } from "../exchange.ts";
import { type PoolOptions, addressProblem, createPool, ownHeaders } from "../pool.ts";

interface HttpEndpointOptions extends PoolOptions {
  /** Flat name, value pairs that carry the credential. */
  readonly credential: readonly string[];
  readonly maxConnections: number;
}

/**
 * What waits on what must not share connections: a call may wait for our answer to the server's question, which is a
 * `message`, and a `stream` holds its connection for as long as it lives.
 */
type Way = "call" | "message" | "stream";

export interface HttpMessage {
  readonly way: Way;
  readonly method: "POST" | "GET" | "DELETE";
  readonly headers: readonly string[];
  readonly body?: string;
}

export interface HttpEndpoint {
  start(message: HttpMessage, options: ExchangeOptions, resolve: (exchange: Exchange) => void): Running;
  close(): Promise<void>;
}

/** Throws when the URL itself names an address that is never dialled. */
export const createHttpEndpoint = (options: HttpEndpointOptions): HttpEndpoint => {
  const { url, credential, maxConnections } = options;
  const problem = addressProblem(options);
  if (problem !== undefined) throw new RangeError(problem);
  const pools: Readonly<Record<Way, Pool>> = {
    call: createPool(options, maxConnections),
    message: createPool(options, maxConnections),
    stream: createPool(options, undefined),
  };
  const path = url.pathname + url.search;
  const bare = ownHeaders(credential);
  const typed = [...bare, "content-type", "application/json"];

  return {
    start: ({ way, method, headers, body }, exchangeOptions, resolve) => {
      const own = body === undefined ? bare : typed;
      const request = { method, path, headers: [...headers, ...own], body: body ?? null };
      return startExchange(pools[way], request, exchangeOptions, resolve);
    },
    close: async () => {
      await Promise.all(Object.values(pools).map((pool) => pool.destroy()));
    },
  };
};
