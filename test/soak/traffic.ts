// What agents do, at a steady rate and never more than so much at once: calls over every ingress, sessions that begin and are left,
// clients that go away in the middle, requests of which only a part is sent.
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout } from "node:timers/promises";
import { callKey } from "../case/decode-call.ts";
import { type Call, INGRESSES, type Ingress, callOver, writeCall } from "../fault/ingress.ts";
import { beginSession, openMcp } from "../ingress/mcp-wire.ts";
import type { Chance } from "./chance.ts";
import type { Entry } from "./judge.ts";
import { type Ledger, healthKey } from "./ledger.ts";
import type { Phases } from "./phases.ts";
import { LIMIT, type Reloads } from "./reloads.ts";

export interface TrafficParts {
  readonly port: number;
  readonly ledger: Ledger;
  readonly phases: Pick<Phases, "wasWell">;
  readonly reloads: Pick<Reloads, "servedBetween">;
  readonly chance: Chance;
  readonly perSecond: number;
}

export interface Traffic {
  /** Sessions that were begun; moments at which too much was under way for one more. */
  readonly counts: { sessions: number; heldBack: number };
  /** Resolves when nothing is under way. Rejects with what went wrong in here. */
  stop(): Promise<void>;
}

const MOST_AT_ONCE = 120;
const OVER_MCP_OR_CALL: readonly Ingress[] = ["call", "mcp", "legacy"];
/** Longer than any call of the session may take. */
const SESSION_REST_MS = 6000;

export const startTraffic = async (parts: TrafficParts): Promise<Traffic> => {
  const { port, ledger, phases, reloads, chance } = parts;
  const counts = { sessions: 0, heldBack: 0 };
  const tag = createTags();
  let session = (await beginSession(port)).id;

  const make = async (entry: Entry, ingress: Ingress, call: Call): Promise<void> => {
    const begun = performance.now();
    const told = await callOver(ingress, call, { port, session });
    const ended = performance.now();
    const wasWell = phases.wasWell(begun, ended);
    entry.told.push({ ...told, wasWell, served: () => reloads.servedBetween(begun, ended) });
  };
  const open = (call: Call): Entry =>
    ledger.open({ key: callKey(call.tool, call.arguments) ?? "", isWrite: isWrite(call) });

  /** Each of them opens an entry, and closes it when nothing more is done for it. */
  const whole = async (call: Call): Promise<void> => {
    const entry = open(call);
    await make(entry, chance.pick(INGRESSES), call);
    ledger.close(entry);
  };
  const twice = async (call: Call): Promise<void> => {
    const entry = open(call);
    const [first, second] = [chance.pick(INGRESSES), chance.pick(INGRESSES)];
    await make(entry, first, call);
    await make(entry, second, call);
    ledger.close(entry);
  };
  const limited = async (): Promise<void> => {
    const patient = tag();
    const entry = ledger.open({ key: healthKey(patient), isWrite: false, limit: LIMIT });
    const call = { tool: "get_health", arguments: { patient } };
    await Promise.all(Array.from({ length: LIMIT + 3 }, () => make(entry, chance.pick(OVER_MCP_OR_CALL), call)));
    ledger.close(entry);
  };
  const leave = async (call: Call): Promise<void> => {
    const entry = open(call);
    entry.left = 1;
    await sendAndLeave(port, writeCall(chance.pick(INGRESSES), call, session), chance.below(60));
    ledger.close(entry);
  };
  const sendHalf = async (call: Call): Promise<void> => {
    const entry = open(call);
    entry.halves = 1;
    const bytes = writeCall(chance.pick(INGRESSES), call, session);
    await sendAndLeave(port, bytes.subarray(0, 1 + chance.below(bytes.length - 1)), chance.below(500));
    ledger.close(entry);
  };
  /** Of two sessions that are over one is ended, and one is only left. */
  const changeSession = async (): Promise<void> => {
    const old = session;
    session = (await beginSession(port)).id;
    counts.sessions += 1;
    if (counts.sessions % 2 === 0) return;
    await setTimeout(SESSION_REST_MS);
    await openMcp(port, { method: "DELETE", headers: { "mcp-session-id": old } }).then((answer) => answer.text());
  };

  const anyCall = (): Call => chance.pick(CALLS)(tag(), chance);
  const works: readonly (readonly [share: number, work: () => Promise<void>])[] = [
    [70, () => whole(anyCall())],
    [8, () => twice(refund(tag()))],
    [2, limited],
    [10, () => leave(anyCall())],
    [8, () => sendHalf(anyCall())],
    [1, changeSession],
  ];
  const bag = works.flatMap(([share, work]) => Array.from({ length: share }, () => work));
  return { counts, stop: keepGoing(() => chance.pick(bag)(), parts.perSecond, counts) };
};

const isWrite = ({ tool }: Call): boolean => tool === "upload_note" || tool === "create_refund";

const createTags = (): (() => string) => {
  let last = 0;
  return () => `s${String((last += 1)).padStart(8, "0")}`;
};

const refund = (tag: string): Call => ({
  tool: "create_refund",
  arguments: { orderId: `ord_${tag}`, amount: 100, reason: "damaged", comment: null, idempotencyKey: `key_${tag}` },
});

const CALLS: readonly ((tag: string, chance: Chance) => Call)[] = [
  (tag) => ({ tool: "get_order", arguments: { orderId: `ord_${tag}` } }),
  (tag) => ({ tool: "search_orders", arguments: { status: ["open", "paid"], q: `${tag} & more`, limit: 7 } }),
  (tag) => ({ tool: "get_label", arguments: { name: `${tag} ü%+` } }),
  (tag, chance) => ({ tool: "upload_note", arguments: { text: `${tag} ${"é".repeat(chance.below(1900))}` } }),
  (tag) => ({ tool: "upload_note", arguments: { text: "a note", title: tag, tag } }),
];

/** Starts a work at each tick; `stop` waits for all of them. */
const keepGoing = (
  begin: () => Promise<void>,
  perSecond: number,
  counts: { heldBack: number },
): (() => Promise<void>) => {
  const underWay = new Set<Promise<void>>();
  let failed: unknown;
  const timer = setInterval(() => {
    if (underWay.size >= MOST_AT_ONCE) return void (counts.heldBack += 1);
    const work = begin()
      .catch((error: unknown) => void (failed ??= error))
      .finally(() => underWay.delete(work));
    underWay.add(work);
  }, 1000 / perSecond);
  return async () => {
    clearInterval(timer);
    await Promise.all(underWay);
    if (failed !== undefined) throw failed;
  };
};

/** Writes, waits, and goes: half of them in order, half without a word. */
const sendAndLeave = async (port: number, bytes: Buffer, afterMs: number): Promise<void> => {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.resume();
  const closed = once(socket, "close");
  socket.write(bytes);
  await setTimeout(afterMs);
  if (afterMs % 2 === 0) socket.end();
  else socket.destroy();
  await Promise.race([closed, setTimeout(5000, undefined, { ref: false })]);
  socket.destroy();
};
