// A backend that keeps of every request which call it was, when it came, and whether a byte of an answer was written before: the
// log that answers and retries are held against. Its faults are scripts over the socket.
import type { Socket } from "node:net";
import { readForwarded } from "../case/decode-call.ts";
import type { RecordedRequest } from "../support/scripted-backend.ts";
import { type SocketBackend, type SocketScript, always, startSocketBackend } from "../support/socket-backend.ts";

export interface Arrival {
  /** Of the call; undefined for what nobody may have sent. */
  readonly key: string | undefined;
  readonly problem: string | undefined;
  readonly request: RecordedRequest;
  /** Bytes of the answer that the same call had before it came again; undefined for its first time. */
  readonly answeredBefore: number | undefined;
  /** The backend was well when it came. */
  readonly isWell: boolean;
}

export interface LoggedBackend {
  readonly url: string;
  readonly port: number;
  arrivals(): readonly Arrival[];
  /** The same, and forgets them; of their calls it still knows that they came, until `forget`. */
  take(): readonly Arrival[];
  forget(key: string): void;
  openSockets(): number;
  drop(): void;
  /** Sockets that cannot be used again, and are still there. */
  spoilt(): number;
  /** Forgets what arrived. From now on every request is answered by this script, `good` by default. */
  play(script?: SocketScript, isWhole?: boolean): void;
  /** Answers by this script from now on, and forgets nothing. */
  go(script?: SocketScript, isWhole?: boolean): void;
  close(): Promise<void>;
}

export const good = always(200, '{"ok":true}');

export const startLoggedBackend = async (wrap?: Parameters<typeof startSocketBackend>[1]): Promise<LoggedBackend> => {
  let arrivals: Arrival[] = [];
  /** Bytes written since a call came for the last time. */
  const written = new Map<string, () => number>();
  const spoilt = new Set<Socket>();
  const logged =
    (script: SocketScript, isWhole: boolean): SocketScript =>
    (socket, request, index) => {
      const read = readForwarded(request);
      const key = "key" in read ? read.key : undefined;
      const problem = "key" in read ? undefined : read.problem;
      const answeredBefore = written.get(key ?? "")?.();
      arrivals.push({ key, problem, request, answeredBefore, isWell: script === good });
      const before = socket.bytesWritten;
      if (key !== undefined) written.set(key, () => socket.bytesWritten - before);
      if (!isWhole) {
        spoilt.add(socket);
        socket.once("close", () => spoilt.delete(socket));
      }
      script(socket, request, index);
    };
  const backend: SocketBackend = await startSocketBackend(logged(good, true), wrap);
  const go: LoggedBackend["go"] = (next = good, isWhole = next === good) => backend.play(logged(next, isWhole));
  return {
    url: backend.url,
    port: backend.port,
    arrivals: () => arrivals,
    take: () => arrivals.splice(0),
    forget: (key) => void written.delete(key),
    openSockets: () => backend.openSockets(),
    drop: () => backend.drop(),
    spoilt: () => spoilt.size,
    play: (script, isWhole) => {
      arrivals = [];
      written.clear();
      go(script, isWhole);
    },
    go,
    close: () => backend.close(),
  };
};
