// Whether the tools of one connection are still the locked ones. They are compared once before anything is called, after
// every notice of a change (however many come, once a second), and every five minutes, since a server that means harm sends
// no notice. A change turns one tool off and never changes what agents are offered.
import type { ToolDefinition } from "../../contract/contract.ts";
import { describeDifference, hashOf } from "../../contract/lock/definition.ts";
import type { Drift } from "../backend.ts";
import type { Failed } from "./era.ts";
import type { Listing } from "./list-tools.ts";

interface LockedTool {
  readonly definition: ToolDefinition;
  readonly hash: string;
}

export type LockedTools = ReadonlyMap<string, LockedTool>;

export const lockTools = (expected: readonly ToolDefinition[]): LockedTools =>
  new Map(expected.map((definition) => [definition.name, { definition, hash: hashOf(definition) }]));

/** `found`: the hash of what is there instead; undefined: the tool is as it is locked again. */
export type TellChange = (tool: string, found: string | undefined, difference: string) => void;

interface WatchOptions {
  readonly locked: LockedTools;
  readonly list: () => Promise<Listing>;
  readonly tell: TellChange;
}

/** `unread`: the server's list of tools cannot be read, so that nothing is known. */
export type Verdict = "same" | "drifted" | { readonly unread: Failed };

export interface Watch {
  /** At once where the tools were compared, else when that is done. */
  judge(tool: string): Verdict | Promise<Verdict>;
  /** The server may have changed its tools. Costs nothing, however often it comes. */
  changed(): void;
  drift(): readonly Drift[];
  close(): void;
}

const LEAST_BETWEEN_MS = 1000;
const MOST_AGE_MS = 300_000;
/** What is known for longer than this is not known: a call waits until the tools were compared again. */
const MOST_TRUST_MS = 2 * MOST_AGE_MS;

interface Changed extends Drift {
  readonly found: string;
}

const GONE = "gone";

export const createWatch = ({ locked, list, tell }: WatchOptions): Watch => {
  let changes: ReadonlyMap<string, Changed> = new Map();
  let unread: Failed | undefined;
  let comparedAt = -Infinity;
  let begunAt = -Infinity;
  let running: Promise<void> | undefined;
  let isDirty = false;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  const isKnown = (): boolean => performance.now() - comparedAt <= MOST_TRUST_MS;

  const compare = async (): Promise<void> => {
    begunAt = performance.now();
    isDirty = false;
    const listing = await list();
    if (listing.ok) {
      const now = differences(locked, listing.tools);
      announce(changes, now, tell);
      changes = now;
      unread = undefined;
      comparedAt = performance.now();
    } else if (!isKnown() || listing.failed.failure === "not_protocol") unread = listing.failed; // a broken connection proves nothing
    if (isDirty) schedule();
  };

  const run = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    running ??= compare().finally(() => {
      running = undefined;
    });
    return running;
  };

  const schedule = (): void => {
    if (timer !== undefined || isClosed) return;
    timer = setTimeout(() => void run(), Math.max(0, begunAt + LEAST_BETWEEN_MS - performance.now()));
    timer.unref();
  };

  const verdict = (tool: string): Verdict => {
    if (unread !== undefined) return { unread };
    return locked.has(tool) && !changes.has(tool) ? "same" : "drifted";
  };

  const judge = (tool: string): Verdict | Promise<Verdict> => {
    const now = performance.now();
    const isRecent = now - begunAt < LEAST_BETWEEN_MS;
    if (unread === undefined && isKnown()) {
      if (now - comparedAt > MOST_AGE_MS && !isRecent) void run();
      return verdict(tool);
    }
    if (running === undefined && isRecent) return verdict(tool);
    return run().then(() => verdict(tool));
  };

  return {
    judge,
    changed: () => {
      if (locked.size === 0) return;
      isDirty = true;
      if (running === undefined) schedule();
    },
    drift: () => [...changes.values()].map(({ tool, difference }) => ({ tool, difference })),
    close: () => {
      isClosed = true;
      clearTimeout(timer);
    },
  };
};

const differences = (locked: LockedTools, tools: readonly ToolDefinition[]): ReadonlyMap<string, Changed> => {
  const found = new Map(tools.map((tool) => [tool.name, tool]));
  const changes = new Map<string, Changed>();
  for (const [tool, { definition, hash }] of locked) {
    const now = found.get(tool);
    const hashNow = now === undefined ? GONE : hashOf(now);
    if (hashNow !== hash) changes.set(tool, { tool, found: hashNow, difference: describeDifference(definition, now) });
  }
  return changes;
};

const announce = (before: ReadonlyMap<string, Changed>, now: ReadonlyMap<string, Changed>, tell: TellChange): void => {
  for (const { tool, found, difference } of now.values())
    if (before.get(tool)?.found !== found) tell(tool, found, difference);
  for (const tool of before.keys()) if (!now.has(tool)) tell(tool, undefined, "");
};
