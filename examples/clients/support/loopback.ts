// Preloaded into an MCP server that knows no host setting (`node --import`): it listens on loopback alone, and says on
// which port, since it was told 0.
import { Server } from "node:net";
import type { AddressInfo } from "node:net";

const listen = Server.prototype.listen;

Server.prototype.listen = function (this: Server, port?: unknown, ...rest: readonly unknown[]): Server {
  this.once("listening", () => {
    const { port: bound } = this.address() as AddressInfo; // it listens on a port, so it is no pipe
    process.stderr.write(`${JSON.stringify({ msg: "ready", port: bound })}\n`);
  });
  const callback = rest.findLast((one) => typeof one === "function");
  // The overloads of listen() cannot be told apart here; (options, callback) is one of them.
  return Reflect.apply(listen, this, [{ port: Number(port), host: "127.0.0.1" }, callback]) as Server;
};
