// A loopback port that nobody listens at, and that nobody gets by asking for any: outside of what the system hands out.
import { once } from "node:events";
import { createServer } from "node:net";

const FIRST = 20_000;
/** Linux hands out ports from 32,768 on. */
const COUNT = 12_000;

export const freePort = async (): Promise<number> => {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    const server = createServer().listen(port, "127.0.0.1");
    const isFree = await once(server, "listening").then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    await once(server, "close");
    return port;
  }
};
