// A raw HTTP/1.1 client: writes exactly the given bytes and reads whatever comes back until the connection ends. An HTTP
// library would repair or refuse the very requests that the tests are about.
import { type Socket, connect } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";

export type Fields = readonly (readonly [name: string, value: string])[];

export interface RawAnswer {
  readonly status: number;
  readonly headers: Fields;
  readonly body: Buffer;
}

export interface RawExchange {
  /** Interim answers (1xx) left out. */
  readonly answers: readonly RawAnswer[];
  /** Bytes that are no whole answer. */
  readonly rest: Buffer;
  /** Whether the other side ended the connection; otherwise the patience was over. */
  readonly ended: boolean;
  readonly milliseconds: number;
}

export interface RawOptions {
  readonly port: number;
  /** How long to wait for the end of the connection. */
  readonly patienceMs?: number;
  /** Answers to HEAD have no body, whatever their length says. */
  readonly isHead?: boolean;
  /** Over TLS, where it is given. */
  readonly tls?: ConnectionOptions | undefined;
}

/** Writes the chunks one after the other, each in a packet of its own. Never rejects: a reset is an end. */
export const exchangeRaw = (chunks: readonly Buffer[], options: RawOptions): Promise<RawExchange> =>
  new Promise((resolve) => {
    const begun = performance.now();
    const received: Buffer[] = [];
    const { port, tls } = options;
    const socket = tls === undefined ? connect(port, "127.0.0.1") : connectTls({ ...tls, port, host: "127.0.0.1" });
    const finish = (ended: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      const { answers, rest } = readAnswers(Buffer.concat(received), options.isHead === true);
      resolve({ answers, rest, ended, milliseconds: performance.now() - begun });
    };
    const timer = setTimeout(() => finish(false), options.patienceMs ?? 5000);
    socket.setNoDelay(true);
    socket.on(tls === undefined ? "connect" : "secureConnect", () => void writeAll(socket, chunks));
    socket.on("data", (bytes: Buffer) => received.push(bytes));
    socket.on("error", () => undefined); // `close` follows
    socket.on("close", () => finish(true));
  });

const writeAll = async (socket: Socket, chunks: readonly Buffer[]): Promise<void> => {
  for (const [index, chunk] of chunks.entries()) {
    if (index > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    if (socket.writable) socket.write(chunk);
  }
};

/** Splits a byte stream into whole answers. */
export const readAnswers = (bytes: Buffer, isHead = false): Pick<RawExchange, "answers" | "rest"> => {
  const answers: RawAnswer[] = [];
  let rest = bytes;
  for (;;) {
    const read = readAnswer(rest, isHead);
    if (read === undefined) return { answers, rest };
    if (read.answer.status >= 200) answers.push(read.answer);
    rest = rest.subarray(read.length);
  }
};

const readAnswer = (bytes: Buffer, isHead: boolean): { answer: RawAnswer; length: number } | undefined => {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [statusLine = "", ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(statusLine)?.[1] ?? Number.NaN);
  if (Number.isNaN(status)) return undefined;
  const headers = lines.map(splitField);
  const after = bytes.subarray(end + 4);
  const isBare = isHead || status < 200 || status === 204 || status === 304;
  const body = isBare ? { body: Buffer.alloc(0), length: 0 } : readBody(headers, after);
  if (body === undefined) return undefined;
  return { answer: { status, headers, body: body.body }, length: end + 4 + body.length };
};

export const splitField = (line: string): readonly [string, string] => {
  const colon = line.indexOf(":");
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
};

/** All values of a field. */
export const fieldValues = (fields: Fields, name: string): readonly string[] =>
  fields.filter(([field]) => field.toLowerCase() === name).map(([, value]) => value);

/** The body that the framing fields announce; undefined while it is not whole. */
export const readBody = (fields: Fields, bytes: Buffer): { body: Buffer; length: number } | undefined => {
  if (fieldValues(fields, "transfer-encoding").length > 0) return readChunked(bytes);
  const length = Number(fieldValues(fields, "content-length")[0] ?? 0);
  return bytes.length < length ? undefined : { body: bytes.subarray(0, length), length };
};

const readChunked = (bytes: Buffer): { body: Buffer; length: number } | undefined => {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const line = bytes.indexOf("\r\n", at);
    if (line < 0) return undefined;
    const size = Number.parseInt(bytes.subarray(at, line).toString("latin1"), 16);
    const next = line + 2 + size + 2;
    if (Number.isNaN(size) || bytes.length < next) return undefined;
    if (size === 0) return { body: Buffer.concat(parts), length: next };
    parts.push(bytes.subarray(line + 2, line + 2 + size));
    at = next;
  }
};
