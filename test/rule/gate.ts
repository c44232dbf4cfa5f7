// A door before a backend: while it is shut, nobody listens there, so that nothing of a call can have been sent.
import { type AddressInfo, type Server, type Socket, connect, createServer } from "node:net";
import { once } from "node:events";

export interface Gate {
  readonly url: string;
  shut(): Promise<void>;
  open(): Promise<void>;
}

export const startGate = async (backendUrl: string): Promise<Gate> => {
  const behind = Number(new URL(backendUrl).port);
  const sockets = new Set<Socket>();
  const pass = (socket: Socket): void => {
    const onward = connect(behind, "127.0.0.1");
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  };
  const listen = async (port: number): Promise<Server> => {
    const server = createServer(pass);
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return server;
  };
  let server = await listen(0);
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    url: `http://127.0.0.1:${port}`,
    shut: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    open: async () => {
      server = await listen(port);
    },
  };
};
