// `npm run demo`: a real order service with a real database, checkrein before it, and an agent that makes good calls,
// mistakes, a loop, and ways around; then the same agent at the bare service. Stays up for you to try, until Ctrl-C; with `--once`
// (or CI=true) it ends after the picture, with 1 where something was not as it has to be.
import { mkdtempSync, rmSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { type App, startApp } from "../../src/app.ts";
import { readSettings } from "../../src/settings.ts";
import { type Doors, type Turn, runAgent } from "./agent.ts";
import { type Damage, countDamage } from "./damage.ts";
import { openDatabase } from "./database.ts";
import { printComparison, printInvitation, printRun, printTitle } from "./picture.ts";
import { type Shop, startShop } from "./service.ts";
import { steps } from "./steps.ts";

export interface Row extends Turn {
  /** Whether the shop got a request, counted at the shop; `past` when the agent knocked at the shop's own door. */
  readonly reached: "yes" | "no" | "past";
}

export interface Run {
  readonly rows: readonly Row[];
  readonly damage: Damage;
  /** Records of tables that the agent got out by an export. */
  readonly leaked: number;
}

export interface Demo {
  readonly guarded: Run;
  readonly bare: Run;
  /** Turns that were not answered as steps.ts says. */
  readonly surprises: readonly Row[];
  readonly dataUrl: string;
  readonly adminUrl: string;
  readonly journal: string;
  /** Tells secrets of the journal apart. */
  readonly signingKey: string;
  /** Where the sidecar keeps what rules remember, and the token of its admin port. */
  readonly folder: string;
  stop(): Promise<void>;
}

/** Runs the agent with and without the sidecar; the first pair stays up. `port` is tried, else a free one is taken. */
export const startDemo = async (port: number): Promise<Demo> => {
  const folder = mkdtempSync(join(tmpdir(), "checkrein-demo-"));
  const seed = join(folder, "seed.db");
  openDatabase(seed).close();
  const journal = join(folder, "journal.sqlite");
  const token = randomUUID(); // nobody but shop and sidecar knows it
  const file = join(folder, "guarded.db");
  const shop = await startShop({ port: 0, token, file });
  const signingKey = `${randomUUID()}${randomUUID()}`;
  const app = await startSidecar(port, { SHOP_URL: shop.url, SHOP_TOKEN: token }, { folder, journal, signingKey });
  const { dataUrl, adminUrl } = app;
  const doors = { rest: `${dataUrl}/shop`, call: dataUrl, shop: shop.url, token: undefined };
  const turns = await watch(shop, doors);
  const guarded = { ...turns, damage: countDamage(file, seed) };
  const bare = await runBare(join(folder, "bare.db"), seed, token);
  const stop = async (): Promise<void> => {
    await app.stop();
    await shop.close();
    rmSync(folder, { recursive: true });
  };
  const surprises = findSurprises(guarded.rows);
  return { guarded, bare, surprises, dataUrl, adminUrl, journal, signingKey, folder, stop };
};

/** The same agent at the bare service. Here it has the credential, as agents without a sidecar do. */
const runBare = async (file: string, seed: string, token: string): Promise<Run> => {
  const shop = await startShop({ port: 0, token, file });
  try {
    const turns = await watch(shop, { rest: shop.url, call: undefined, shop: shop.url, token });
    return { ...turns, damage: countDamage(file, seed) };
  } finally {
    await shop.close();
  }
};

const watch = async (shop: Shop, doors: Doors): Promise<Pick<Run, "rows" | "leaked">> => {
  const rows: Row[] = [];
  let before = shop.requests();
  for await (const turn of runAgent(doors, steps)) {
    const arrived = shop.requests() > before;
    before = shop.requests();
    rows.push({ ...turn, reached: !arrived ? "no" : turn.request.door === "shop" ? "past" : "yes" });
  }
  const leaked = rows.reduce((sum, { answer }) => sum + (Array.isArray(answer) ? answer.length : 0), 0);
  return { rows, leaked };
};

const findSurprises = (rows: readonly Row[]): readonly Row[] =>
  rows.filter(({ step, attempt, code }, index) => {
    const isLast = rows[index + 1]?.step !== step;
    return step.expect[attempt] !== code || (isLast && attempt + 1 !== step.expect.length);
  });

const startSidecar = async (
  port: number,
  environment: Readonly<Record<string, string>>,
  { folder, journal, signingKey }: Pick<Demo, "folder" | "journal" | "signingKey">,
): Promise<App> => {
  const flags = {
    contracts: join(import.meta.dirname, "../../contracts/shop"),
    port,
    "admin-port": 0,
    journal: `sqlite:${journal}`,
    "signing-key": signingKey,
    "state-directory": folder,
    anonymous: true,
  };
  const read = readSettings(
    {},
    Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
  );
  if (!read.ok) throw new Error(read.problems.join("\n"));
  try {
    return await startApp({ settings: read.settings, environment, log: pino({ level: "warn" }, pino.destination(2)) });
  } catch (error) {
    const isTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
    if (!isTaken || port === 0) throw error;
    return startSidecar(0, environment, { folder, journal, signingKey });
  }
};

const main = async (argv: readonly string[]): Promise<number> => {
  const strange = argv.find((argument) => argument !== "--once");
  if (strange !== undefined) {
    process.stderr.write(`There is no option ${strange}: the demo takes --once alone.\n`);
    return 2;
  }
  const once = argv.includes("--once") || process.env["CI"] === "true";
  process.stdout.on("error", () => undefined); // a reader that left (`| head`) must not keep us from cleaning up
  const demo = await startDemo(once ? 0 : 8080);
  const { guarded, bare, surprises } = demo;
  printTitle();
  printRun("The agent behind checkrein", guarded.rows);
  printRun("The same agent at the bare shop, with its credential", bare.rows);
  printComparison(guarded, bare);
  for (const { step, code } of surprises) process.stderr.write(`NOT AS IT HAS TO BE: ${step.about}: ${code}\n`);
  if (!once) {
    printInvitation(demo);
    await new Promise((resolve) => process.once("SIGINT", resolve).once("SIGTERM", resolve));
  }
  await demo.stop();
  return surprises.length > 0 || guarded.damage.rows > 0 || bare.damage.rows === 0 ? 1 : 0;
};

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
