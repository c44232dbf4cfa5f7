// The backend that the sidecars race for. It alone knows what was really forwarded: how much of it at most at one time, and
// how much in all. Some calls it refuses for good (422), of some nobody can say whether they took place (503).
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { setTimeout } from "node:timers/promises";

export interface Seen {
  /** Calls that came. */
  forwarded: number;
  /** Calls, or cents, that took place, may have taken place, or are under way. */
  used: number;
  most: number;
  underWay: number;
  mostUnderWay: number;
}

export interface RacingBackend {
  readonly url: string;
  seen(tool: string, round: string): Seen;
  /** The status of the n-th call of one tool and round, from 1 on. 200 where nothing else is said. */
  answerWith(choose: (tool: string, n: number) => number): void;
  /** How long a call takes, milliseconds. */
  pause(milliseconds: () => number): void;
  /** Resolves when the n-th call of the tool in the round has come, and is under way. */
  reached(tool: string, round: string, n: number): Promise<void>;
  stop(): Promise<void>;
}

export const startRacingBackend = async (): Promise<RacingBackend> => {
  const all = new Map<string, Seen>();
  let choose = (_tool: string, _n: number): number => 200;
  let milliseconds = (): number => Math.random() * 20;
  const waiting = new Set<() => void>();
  const seen = (tool: string, round: string): Seen => {
    const key = `/${tool}/${round}`;
    const one = all.get(key) ?? { forwarded: 0, used: 0, most: 0, underWay: 0, mostUnderWay: 0 };
    all.set(key, one);
    return one;
  };
  const answer = async (request: IncomingMessage): Promise<{ readonly status: number; readonly n: number }> => {
    const [, tool = "", round = ""] = (request.url ?? "").split("/");
    const amount = tool === "spend" ? await readCents(request) : 1;
    const one = seen(tool, round);
    const n = (one.forwarded += 1);
    one.used += amount;
    one.underWay += 1;
    one.most = Math.max(one.most, one.used);
    one.mostUnderWay = Math.max(one.mostUnderWay, one.underWay);
    for (const look of waiting) look();
    const status = choose(tool, n);
    await setTimeout(milliseconds());
    one.underWay -= 1;
    if (status === 422) one.used -= amount;
    return { status, n };
  };
  const server = createServer((request, response) => {
    void answer(request).then(({ status, n }) => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ sequence: n }));
    });
  });
  server.keepAliveTimeout = 60_000;
  return {
    url: await listen(server),
    seen,
    answerWith: (other) => void (choose = other),
    pause: (other) => void (milliseconds = other),
    reached: (tool, round, n) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (seen(tool, round).forwarded < n) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};

const listen = async (server: Server): Promise<string> => {
  server.listen(0, "127.0.0.1", 4096);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
  return `http://127.0.0.1:${address.port}`;
};

const readCents = async (request: IncomingMessage): Promise<number> => {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return Math.round(Number(Object(JSON.parse(text)).amount) * 100);
};
