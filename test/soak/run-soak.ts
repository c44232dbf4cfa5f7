// F34: everything at once, for as long as it is told: agents that do well and badly, a backend that falls ill and gets well,
// contracts that change, with real state and a journal that drops its oldest records. The invariants hold at every moment, and
// in the end nothing is left.
import { execFile } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { startBadStream } from "../fault/bad-stream.ts";
import { askAdmin } from "../fault/changing-contracts.ts";
import { leftIn } from "../fault/left.ts";
import { type Stage, startStage } from "../fault/stage.ts";
import type { Usage } from "../fault/usage.ts";
import { hasRedis, startRedis } from "../support/redis-server.ts";
import { createChance } from "./chance.ts";
import { type Growth, MOST_KB, growthProblems, watchGrowth } from "./growth.ts";
import { followJournal } from "./journal-feed.ts";
import { type LedgerCounts, SETTLE_MS, createLedger } from "./ledger.ts";
import { type PhaseTimes, startPhases } from "./phases.ts";
import { startReloads, writeSoakContracts } from "./reloads.ts";
import { startTraffic } from "./traffic.ts";

export interface SoakOptions extends PhaseTimes {
  readonly seed: number;
  readonly minutes: number;
  readonly reloadEveryMs: number;
  readonly lookEveryMs: number;
  readonly warmUpMs: number;
  readonly perSecond: number;
  /** The journal drops its oldest records, once a minute, when it is larger. */
  readonly journalBytes: number;
  readonly onWindow?: (minutes: number, problems: readonly string[]) => void;
}

export interface SoakReport {
  readonly problems: readonly string[];
  readonly state: string;
  readonly counts: LedgerCounts;
  readonly traffic: { readonly sessions: number; readonly heldBack: number };
  readonly reloads: ReadonlyMap<string, number>;
  readonly faults: ReadonlyMap<string, number>;
  readonly growth: Growth;
  readonly before: Usage;
  readonly after: Usage;
  readonly verified: string;
}

const WINDOW_MS = 2000;

export const runSoak = async (options: SoakOptions): Promise<SoakReport> => {
  const folder = mkdtempSync(join(tmpdir(), "checkrein-soak-"));
  const contracts = writeSoakContracts();
  const redis = hasRedis ? await startRedis() : undefined;
  const home = { folder, contracts, state: redis?.url ?? `sqlite:${join(folder, "state.sqlite")}` };
  try {
    return await soak(options, home);
  } finally {
    await redis?.stop();
    contracts.remove();
    rmSync(folder, { recursive: true, force: true });
  }
};

interface Home {
  readonly folder: string;
  readonly contracts: ReturnType<typeof writeSoakContracts>;
  readonly state: string;
}

const soak = async (options: SoakOptions, { folder, contracts, state }: Home): Promise<SoakReport> => {
  const keys = makeKeys();
  const journal = join(folder, "journal.sqlite");
  const checkpoints = join(folder, "checkpoints.jsonl");
  const stage = await startStage({
    contracts: contracts.folder,
    settings: {
      watch: false,
      state,
      journal: `sqlite:${journal}`,
      "breaker-ms": options.breakerMs,
      "journal-max-bytes": options.journalBytes,
      "journal-checkpoints": checkpoints,
    },
    environment: { CHECKREIN_JOURNAL_KEY: keys.own, CHECKREIN_SIGNING_KEY: randomBytes(32).toString("hex") },
  });
  try {
    const lived = await live(stage, contracts, journal, options);
    const verified = await endAndVerify(stage, ["verify", journal, "--checkpoints", checkpoints, "--key", keys.shown]);
    return {
      ...lived,
      state: state.split(":")[0] ?? "",
      ...verified,
      problems: [...lived.problems, ...verified.problems],
    };
  } finally {
    await stage.stop();
  }
};

const makeKeys = (): { readonly own: string; readonly shown: string } => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const text = (bytes: Buffer): string => bytes.toString("base64");
  return {
    own: text(privateKey.export({ format: "der", type: "pkcs8" })),
    shown: text(publicKey.export({ format: "der", type: "spki" })),
  };
};

const live = async (
  stage: Stage,
  contracts: Home["contracts"],
  journal: string,
  options: SoakOptions,
): Promise<Omit<SoakReport, "state" | "verified">> => {
  const { orders, healthy } = stage;
  await askAdmin(stage, "/reload", "POST"); // the connection to the admin port stays
  const before = await stage.usage();
  const ledger = createLedger({ orders, healthy, journal: followJournal(journal) });
  const chance = createChance(options.seed);
  const phases = startPhases(orders, chance, options);
  const reloads = await startReloads(stage, contracts, options.reloadEveryMs);
  const bad = startBadStream(stage, {
    from: chance.below(500),
    pauseMs: 1000 / options.perSecond,
    hear: ledger.hearBad,
  });
  const { port } = stage;
  const traffic = await startTraffic({ port, ledger, phases, reloads, chance, perSecond: options.perSecond });
  const grown = watchGrowth(stage.usage, { warmUpMs: options.warmUpMs, everyMs: options.lookEveryMs });
  const begun = performance.now();
  const until = begun + options.minutes * 60_000;
  while (performance.now() < until && ledger.problems.length === 0) {
    await setTimeout(Math.min(WINDOW_MS, Math.max(0, until - performance.now())));
    ledger.settle();
    options.onWindow?.((performance.now() - begun) / 60_000, ledger.problems);
  }
  const isWhole = ledger.problems.length === 0;
  const growth = await grown();
  await Promise.all([phases.stop(), reloads.stop()]);
  await traffic.stop();
  const { problems: badProblems } = await bad.stop();
  const idle = { ...before, residentMb: before.residentMb + KEPT_MB, heapMb: before.heapMb + MOST_KB / 1024 };
  const after = await atRest({ ...stage, idle });
  await setTimeout(SETTLE_MS);
  ledger.settle(true);
  return {
    problems: [
      ...ledger.problems,
      ...reloads.problems,
      ...badProblems,
      ...(isWhole ? growthProblems(growth) : []),
      ...after.problems,
    ],
    counts: ledger.counts,
    traffic: traffic.counts,
    reloads: reloads.results,
    faults: phases.played,
    growth,
    before,
    after: after.usage,
  };
};

const REST_MS = 5000;
/** What the allocator keeps of many large bodies at once, beyond what it may keep of a single fault. */
const KEPT_MB = 80;

/** I6: as before, within five seconds. */
const atRest = async (stage: Stage): Promise<{ readonly usage: Usage; readonly problems: readonly string[] }> => {
  for (const until = performance.now() + REST_MS; ; await setTimeout(100)) {
    const usage = await stage.usage();
    const left = leftIn(stage, usage);
    if (left.length === 0) return { usage, problems: [] };
    if (performance.now() > until) return { usage, problems: left.map((one) => `I6: ${one}`) };
  }
};

/** The sidecar ends in order, and its journal proves whole. */
const endAndVerify = async (
  { sidecar }: Stage,
  words: readonly string[],
): Promise<{ readonly verified: string; readonly problems: readonly string[] }> => {
  const { process: child } = sidecar;
  const isAlive = child.exitCode === null && child.signalCode === null;
  if (!isAlive) return { verified: "", problems: [`the sidecar ended by itself: ${sidecar.log.slice(-5).join("\n")}`] };
  child.kill("SIGTERM");
  const [code] = await once(child, "exit");
  const problems = code === 0 ? [] : [`SIGTERM: the sidecar ended with ${code}`];
  const cwd = new URL("../..", import.meta.url);
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ["src/main.ts", "journal", ...words], { cwd });
    return { verified: stdout.trim(), problems };
  } catch (error) {
    const { stdout, stderr } = Object(error);
    return { verified: "", problems: [...problems, `I5: journal verify says\n${stdout}${stderr}`] };
  }
};
