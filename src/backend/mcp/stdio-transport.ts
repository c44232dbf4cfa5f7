// An MCP server as a child process: JSON-RPC by the line, both ways. What the child says is bounded like a stream from
// the network; a child that breaks a bound is killed with all that it started.
import { type Child, type ChildOptions, startChild } from "./child-process.ts";
import { createChildLog } from "./child-log.ts";
import { readMessage, writeMessage } from "./json-rpc.ts";
import { createLineReader } from "./line-reader.ts";
import { type Outbox, createOutbox } from "./outbox.ts";
import { type PendingRequests, createPendingRequests } from "./pending.ts";
import { createRateBound, unaskedRate } from "./rate-bound.ts";
import type { ServerMessage, Transport, TransportAnswer, TransportFailure } from "./transport.ts";

interface StdioTransportOptions extends ChildOptions {
  /** Of one line of the server, whatever it is. */
  readonly maxMessageBytes: number;
  /** For the operator: the child's standard error by the line, cut, and only so many a second. */
  readonly onStderr: (line: string) => void;
}

const MOST_WAITING = 1000;
const TERM_AFTER_MS = 1000;
const KILL_AFTER_MS = 2000;
/** A child that has closed its output can answer nothing; mostly it is ending by itself. */
const SILENT_MS = 100;

/** Starts the child. */
export const createStdioTransport = (options: StdioTransportOptions): Transport => {
  try {
    return createTransport(startChild(options), options);
  } catch (error) {
    return createDeadTransport(error instanceof Error ? error : new Error(String(error)));
  }
};

/** Of a child that could not even be tried. */
const createDeadTransport = (error: Error): Transport => ({
  request: async () => unreachable(error),
  send: async () => false,
  listen: () => undefined,
  useSession: () => undefined,
  ended: Promise.resolve(),
  close: async () => undefined,
});

const unreachable = (error: Error): TransportAnswer => ({
  ok: false,
  failure: "unreachable",
  status: undefined,
  started: false,
  answered: false,
  error,
});

const createTransport = (child: Child, options: StdioTransportOptions): Transport => {
  const outbox = createOutbox(child.process.stdin);
  const pending = createPendingRequests(outbox);
  let receive: (message: ServerMessage) => void = () => undefined;
  let over: Error | undefined;
  let lastId = 0;

  const finish = (failure: TransportFailure, error: Error): void => {
    if (over !== undefined) return;
    over = error;
    pending.failAll(failure, error);
  };
  const kill = (failure: TransportFailure, error: Error): void => {
    finish(failure, error);
    child.kill("SIGKILL");
  };
  readChild(child, {
    options,
    pending,
    receive: (message) => receive(message),
    isOver: () => over !== undefined,
    kill,
  });
  const ended = child.ended.then((reason) => finish("broken", reason));

  return {
    request: (request) => {
      if (over !== undefined) return Promise.resolve(unreachable(over));
      if (request.signal?.aborted === true)
        return Promise.resolve({ ...unreachable(new Error("the agent hung up")), failure: "hung_up" });
      lastId += 1;
      request.issued?.(lastId);
      request.onConnection?.();
      return pending.add(lastId, request);
    },
    send: async (message) => over === undefined && offer(outbox, writeMessage(message)),
    listen: (_headers, listener) => void (receive = listener),
    useSession: () => undefined,
    ended,
    close: async () => {
      finish("broken", new Error("the connection to the server was closed"));
      await stop(child, ended);
    },
  };
};

const offer = (outbox: Outbox, line: string): boolean => {
  if (outbox.waiting() >= MOST_WAITING) return false;
  outbox.post(line);
  return true;
};

/** 2026-07-28, stdio, Shutdown: its input ends first, then it is asked, then killed. */
const stop = async (child: Child, ended: Promise<void>): Promise<void> => {
  child.process.stdin.end();
  const asks = setTimeout(() => child.kill("SIGTERM"), TERM_AFTER_MS);
  const kills = setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS);
  await ended;
  clearTimeout(asks);
  clearTimeout(kills);
};

interface Reading {
  readonly options: StdioTransportOptions;
  readonly pending: PendingRequests;
  readonly receive: (message: ServerMessage) => void;
  readonly isOver: () => boolean;
  /** Ends the child and all that waits for it. */
  readonly kill: (failure: TransportFailure, error: Error) => void;
}

const readChild = (child: Child, reading: Reading): void => {
  const { options, pending, isOver, kill } = reading;
  const { stdin, stdout, stderr } = child.process;
  const log = createChildLog(options.onStderr);
  const take = createLineTaker(reading, log.say);
  const feed = createLineReader(options.maxMessageBytes, take);
  const read = (chunk: Buffer): void => {
    if (isOver() || feed(chunk)) return; // read on all the same: a full pipe would keep it from ending
    const error = new Error(`the server wrote a line of more than ${options.maxMessageBytes} bytes`);
    kill(pending.size() === 1 ? "too_large" : "broken", error); // whose answer it was is known only of one
  };
  stdout.on("data", (chunk: Buffer) => {
    try {
      read(chunk);
    } catch (error) {
      kill("broken", error instanceof Error ? error : new Error(String(error))); // thrown here, it would end our process
    }
  });
  const killSilent = (): void => {
    if (!isOver()) child.kill("SIGKILL"); // the reason is how it ended, so it comes from there
  };
  stdout.on("end", () => void setTimeout(killSilent, SILENT_MS).unref());
  stdin.on("error", () => child.kill("SIGKILL")); // what it answered before is read all the same
  stderr.setEncoding("utf8").on("data", (text: string) => log.feed(text));
};

const createLineTaker = ({ options, pending, receive, isOver, kill }: Reading, say: (line: string) => void) => {
  const mayTake = createRateBound(unaskedRate(options.maxMessageBytes));
  return (line: Buffer): void => {
    if (isOver()) return;
    const message = readMessage(line);
    if (message?.kind === "response" && pending.has(message.id))
      return pending.answer(message.id, message.reply, line.length);
    if (!mayTake({ messages: 1, bytes: line.length }))
      return kill("broken", new Error("the server says more than any server needs to say"));
    if (message === undefined) return takeStray(line, pending, say);
    if (message.kind !== "response") receive(message); // an answer to nothing of ours is dropped
  };
};

/** A line that is no message is dropped, as a banner would be; but it may be the bad answer to a request, which then fails. */
const takeStray = (line: Buffer, pending: PendingRequests, say: (line: string) => void): void => {
  const text = line.toString("utf8");
  if (text.trim() === "") return;
  say(`not a message, on standard output: ${text.slice(0, 200)}`);
  pending.fail(concernedId(text), "not_protocol", new Error("the server's answer is no JSON-RPC message"));
};

/** Read leniently, for nothing but the blame: no value of it goes anywhere. */
const concernedId = (text: string): unknown => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && "id" in value ? value.id : undefined;
  } catch {
    return undefined;
  }
};
