// The load of the overload measure: as many calls a second as it is told, whatever the answers take, over raw sockets, because
// a client library on the other core would be the limit before the sidecar is. Every answer is looked at.
import { type Socket, connect } from "node:net";

export interface Volley {
  /** Milliseconds from leaving to the whole answer, sorted, of calls that took place. */
  readonly latencies: readonly number[];
  readonly refused: number;
  /** Calls that had to wait for a connection of the generator: counted from when they were due. */
  readonly held: number;
  /** What is neither a result nor a refusal as expected, by its first line. */
  readonly strange: ReadonlyMap<string, number>;
  /** Calls a second that really left. */
  readonly sentRate: number;
}

export interface BlastOptions {
  readonly url: string;
  /** A whole request. */
  readonly request: Buffer;
  readonly connections: number;
  readonly milliseconds: number;
  /** Calls a second; undefined: a new call as soon as the last one of a connection is answered. */
  readonly rate: number | undefined;
}

interface Line {
  readonly socket: Socket;
  since: number;
  text: string;
}

const REFUSAL = '"code":"overloaded"';

export const blast = async (options: BlastOptions): Promise<Volley> => {
  const { url, request, connections, milliseconds, rate } = options;
  const latencies: number[] = [];
  const strange = new Map<string, number>();
  const free: Line[] = [];
  const due: number[] = [];
  let refused = 0;
  let held = 0;
  let sent = 0;
  let pending = 0;
  let isOver = false;

  const send = (line: Line, at: number): void => {
    line.since = at;
    sent += 1;
    pending += 1;
    line.socket.write(request);
  };
  const count = (line: Line, answer: string): void => {
    pending -= 1;
    if (answer.startsWith("HTTP/1.1 200 ")) latencies.push(performance.now() - line.since);
    else if (answer.startsWith("HTTP/1.1 503 ") && answer.includes(REFUSAL)) refused += 1;
    else strange.set(answer.slice(0, 60), (strange.get(answer.slice(0, 60)) ?? 0) + 1);
  };
  const next = (line: Line): void => {
    const waiting = due.shift();
    if (waiting !== undefined) send(line, waiting);
    else if (rate === undefined && !isOver) send(line, performance.now());
    else free.push(line);
  };
  const read = (line: Line, chunk: string): void => {
    line.text = line.text === "" ? chunk : line.text + chunk;
    const length = lengthOf(line.text);
    if (length === undefined || line.text.length < length) return;
    const answer = line.text;
    line.text = "";
    count(line, answer);
    next(line);
  };
  const lines = await Promise.all(Array.from({ length: connections }, () => open(url, read)));
  const begun = performance.now();
  for (const line of lines) next(line);
  for (let asked = 0; performance.now() - begun < milliseconds;) {
    const now = performance.now();
    const wanted = rate === undefined ? 0 : Math.floor(((now - begun) * rate) / 1000);
    for (; asked < wanted; asked += 1) {
      const line = free.pop();
      if (line !== undefined) send(line, performance.now());
      else {
        held += 1;
        due.push(now);
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  isOver = true;
  const sentRate = (sent * 1000) / (performance.now() - begun);
  due.length = 0;
  const isDone = (): boolean => pending === 0;
  for (const until = performance.now() + 5000; !isDone() && performance.now() < until;)
    await new Promise((resolve) => setTimeout(resolve, 5));
  if (!isDone()) strange.set("no answer", pending);
  for (const { socket } of lines) socket.destroy();
  return { latencies: latencies.sort((left, right) => left - right), refused, held, strange, sentRate };
};

/** Of the whole answer, as soon as its head is there. */
const lengthOf = (text: string): number | undefined => {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, end));
  return end + 4 + Number(length?.[1] ?? 0);
};

const open = (url: string, read: (line: Line, chunk: string) => void): Promise<Line> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    const line = { socket, since: 0, text: "" };
    socket.setNoDelay(true);
    socket.setEncoding("latin1");
    socket.on("data", (chunk) => read(line, String(chunk)));
    socket.once("connect", () => resolve(line));
    socket.on("error", reject);
  });
