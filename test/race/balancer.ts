// A balancer that knows of TCP alone: each connection goes to the next sidecar that is up, whoever makes it. Which one that was
// is known afterwards, so that a broken connection can be laid at somebody's door.
import { once } from "node:events";
import { type AddressInfo, type Server, type Socket, connect, createServer } from "node:net";

interface Upstream {
  /** Undefined while it is down. */
  port(): number | undefined;
}

export interface Balancer {
  readonly port: number;
  /** By the client's port: of its last connection. */
  upstreamOf(clientPort: number): number | undefined;
  stop(): Promise<void>;
}

export const startBalancer = async (upstreams: readonly Upstream[]): Promise<Balancer> => {
  const chosen = new Map<number, number>();
  const sockets = new Set<Socket>();
  let turn = 0;
  const take = (client: Socket, tries = 0): void => {
    const index = (turn += 1) % upstreams.length;
    const port = upstreams[index]?.port();
    if (tries > 2 * upstreams.length) return void client.destroy();
    if (port === undefined) return take(client, tries + 1);
    const upstream = connect(port, "127.0.0.1");
    const refused = (): void => take(client, tries + 1);
    upstream.once("error", refused);
    upstream.once("connect", () => {
      upstream.off("error", refused);
      chosen.set(client.remotePort ?? 0, index);
      join(client, upstream);
    });
  };
  const join = (client: Socket, upstream: Socket): void => {
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  };
  const server = createServer((client) => {
    client.on("error", () => client.destroy());
    take(client);
  });
  await listen(server);
  return {
    port: (server.address() as AddressInfo).port, // a TCP server that listens has one
    upstreamOf: (clientPort) => chosen.get(clientPort),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
};

const listen = async (server: Server): Promise<void> => {
  server.listen(0, "127.0.0.1", 1024);
  await once(server, "listening");
};
