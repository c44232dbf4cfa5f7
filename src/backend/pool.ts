// How a backend is dialled over HTTP: an undici pool with a fixed scheme, host and port, whose addresses are judged at every
// dial, and the headers that each request has. Time is kept by the exchange, compression is never asked for.
import { isIP } from "node:net";
import { Client, type Dispatcher, Pool } from "undici";
import { addressPolicy, forbiddenAddress, guardedLookup } from "./address.ts";

export interface PoolOptions {
  /** Its origin is dialled. */
  readonly url: URL;
  /** CIDR ranges that the backend's addresses must be in. */
  readonly networks: readonly string[] | undefined;
  readonly connectTimeoutMs: number;
}

/** Why the address that the URL itself names is never dialled: no name is looked up for it, so nothing judges it later. */
export const addressProblem = ({ url, networks }: PoolOptions): string | undefined => {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return isIP(host) === 0 ? undefined : forbiddenAddress(host, addressPolicy(url, networks));
};

/** A request that waits until there is a connection for it. */
export interface Queued {
  /** One takes it now, and is made first where that is needed. Whether it is still wanted: else the connection stays as it is. */
  onConnection(): boolean;
}

const isQueued = (handler: object): handler is Queued => "onConnection" in handler;

class TellingClient extends Client {
  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (isQueued(handler) && !handler.onConnection()) return true; // free for the next one
    return super.dispatch(options, handler);
  }
}

/** `connections` undefined: as many as are asked for. */
export const createPool = ({ url, networks, connectTimeoutMs }: PoolOptions, connections: number | undefined): Pool =>
  new Pool(url.origin, {
    ...(connections === undefined ? {} : { connections }),
    factory: (origin, options) => new TellingClient(origin, options),
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

/** What every request carries, flat name, value pairs. `credential` are such pairs, too. */
export const ownHeaders = (credential: readonly string[]): readonly string[] => [
  "accept-encoding",
  "identity",
  "user-agent",
  "checkrein",
  ...credential,
];
