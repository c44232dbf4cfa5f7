// A body that is answered before it is read comes all the same, and Node throws it away, however long it is. A length that is
// announced has its bound (http-rules.ts); of a body without one no more is thrown away than would have been read, and then
// the connection ends. To end it at once would lose the answer: whoever still sends does not look for one.
import type { IncomingMessage, Server, ServerResponse } from "node:http";

export const boundUnreadBodies = (server: Server, maxBodyBytes: number): void => {
  server.prependListener("request", (request: IncomingMessage, response: ServerResponse) => {
    if (request.headers["transfer-encoding"] === undefined) return;
    response.once("prefinish", () => {
      if (!request.readableDidRead) discard(request, maxBodyBytes);
    });
  });
};

const discard = (request: IncomingMessage, most: number): void => {
  let came = 0;
  request.on("data", (chunk: Buffer) => {
    came += chunk.length;
    if (came > most) request.socket.destroy();
  });
};
