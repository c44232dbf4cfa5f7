// Where an MCP server is reached over HTTP: one for each backend, shared by all sessions with it, so that `maxConnections`
// bounds the backend. Redirects are never followed, compression is never asked for, and the agent's credentials are not here.
import { Pool } from "undici";
import { isIP } from "node:net";
import { addressPolicy, forbiddenAddress, guardedLookup } from "../address.ts";
import { type Exchange, type ExchangeOptions, type Running, startExchange } from "../exchange.ts";

export interface HttpEndpointOptions {
  readonly url: URL;
  /** Flat name, value pairs that carry the credential. */
  readonly credential: readonly string[];
  /** CIDR ranges that the server's addresses must be in. */
  readonly networks: readonly string[] | undefined;
  readonly connectTimeoutMs: number;
  readonly maxConnections: number;
}

/**
 * What waits on what must not share connections: a call may wait for our answer to the server's question, which is a
 * `message`, and a `stream` holds its connection for as long as it lives.
 */
export type Way = "call" | "message" | "stream";

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
  refuseAddress(url, options.networks);
  const pools: Readonly<Record<Way, Pool>> = {
    call: createPool(options, maxConnections),
    message: createPool(options, maxConnections),
    stream: createPool(options, undefined),
  };
  const path = url.pathname + url.search;
  const bare = ["accept-encoding", "identity", "user-agent", "checkrein", ...credential];
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

const refuseAddress = (url: URL, networks: readonly string[] | undefined): void => {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const reason = isIP(host) === 0 ? undefined : forbiddenAddress(host, addressPolicy(url, networks));
  if (reason !== undefined) throw new RangeError(reason);
};

/** `connections` undefined: as many as are asked for. */
const createPool = ({ url, networks, connectTimeoutMs }: HttpEndpointOptions, connections: number | undefined): Pool =>
  new Pool(url.origin, {
    ...(connections === undefined ? {} : { connections }),
    pipelining: 1,
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 4000,
    connect: {
      timeout: connectTimeoutMs,
      lookup: guardedLookup(addressPolicy(url, networks)),
      minVersion: "TLSv1.2",
    },
  });
