// The proxy that clients are told to use for everything beyond loopback: it lets nothing through and keeps what was tried.
import { createServer } from "node:http";
import { serve } from "./serve.ts";

export interface Fence {
  /** What a client's environment needs, so that it goes nowhere else. */
  readonly environment: Readonly<Record<string, string>>;
  /** Hosts that were asked for. */
  readonly tried: readonly string[];
  close(): Promise<void>;
}

export const startFence = async (): Promise<Fence> => {
  const tried: string[] = [];
  const server = createServer((request, response) => {
    tried.push(request.url ?? "");
    response.writeHead(502).end();
  });
  server.on("connect", ({ url }, socket) => {
    tried.push(url ?? "");
    socket.on("error", () => undefined); // a client that is killed resets its connections
    socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  });
  const { url: proxy, close } = await serve(server);
  const environment = {
    HTTPS_PROXY: proxy,
    HTTP_PROXY: proxy,
    NO_PROXY: "127.0.0.1,localhost",
    NODE_USE_ENV_PROXY: "1",
  };
  return { environment, tried, close };
};
