// Streamable HTTP: one client of an endpoint, with its own request ids and, in the legacy era, its own session.
import type { HttpEndpoint } from "./http-endpoint.ts";
import { listenOverHttp } from "./http-listen.ts";
import { sendRequest } from "./http-request.ts";
import { createHttpWire } from "./http-wire.ts";
import type { Transport } from "./transport.ts";

interface HttpTransportOptions {
  /** Of one message of the server, whatever it belongs to. */
  readonly maxMessageBytes: number;
}

export const createHttpTransport = (endpoint: HttpEndpoint, { maxMessageBytes }: HttpTransportOptions): Transport => {
  const wire = createHttpWire(endpoint);
  let lastId = 0;
  let listening = new AbortController();
  return {
    request: (request) => sendRequest({ wire, request, id: (lastId += 1), maxMessageBytes }),
    send: (message, headers) => wire.tell(message, headers),
    listen: (headers, receive, more = {}) => {
      listening.abort();
      listening = new AbortController();
      void listenOverHttp({ wire, headers, receive, more, maxMessageBytes, stop: listening.signal });
    },
    useSession: (session, headers = []) => wire.useSession(session, headers),
    ended: new Promise(() => undefined),
    close: wire.close,
  };
};
