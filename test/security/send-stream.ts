// Sends a stream packet by packet and reads until the connection ends, or until there is nothing left to wait for: a stream
// that is not whole is left after a moment of silence.
import { connect } from "node:net";
import { type RawExchange, readAnswers } from "../support/raw-http.ts";
import type { JudgedStream } from "./judge-stream.ts";
import type { MutatedStream } from "./mutated-stream.ts";

const PATIENCE_MS = 8000;
const SILENCE_MS = 30;

export const sendStream = (
  { packets }: MutatedStream,
  { requests, end }: JudgedStream,
  port: number,
): Promise<RawExchange> =>
  new Promise((resolve) => {
    const begun = performance.now();
    const received: Buffer[] = [];
    const socket = connect(port, "127.0.0.1");
    let silence: NodeJS.Timeout | undefined;
    const finish = (ended: boolean): void => {
      clearTimeout(patience);
      clearTimeout(silence);
      socket.destroy();
      resolve({ ...readAnswers(Buffer.concat(received)), ended, milliseconds: performance.now() - begun });
    };
    const patience = setTimeout(() => finish(false), PATIENCE_MS);
    /** All answers are there that can be, and the other side may wait for more. */
    const isDone = (): boolean =>
      end !== "broken" && readAnswers(Buffer.concat(received)).answers.length >= requests.length;
    const listen = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => (isDone() ? finish(false) : undefined), SILENCE_MS);
    };
    socket.setNoDelay(true);
    socket.on("connect", () => {
      const write = (index: number): void => {
        const packet = packets[index];
        if (packet === undefined || !socket.writable) return listen();
        socket.write(packet, () => setImmediate(write, index + 1));
      };
      write(0);
    });
    socket.on("data", (bytes: Buffer) => {
      received.push(bytes);
      listen();
    });
    socket.on("error", () => undefined); // `close` follows
    socket.on("close", () => finish(true));
  });
