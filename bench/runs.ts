// What live runs cost: memory for each, and time for a call among many of them; and what they leave behind when they have
// expired. Each store is measured in a process of its own, through the walk of a call without its network.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { hasRedis } from "../test/support/redis-server.ts";

const CHILD = fileURLToPath(new URL("runs-child.ts", import.meta.url));
const HEAD = "store         runs  heap B/run  store B/run  B/call later  RSS MiB   CPU µs/call   server's";

/** At most four minutes; `RUNS` live runs in the end, 100,000 where it is not set. */
export const measureRuns = (): Promise<void> => {
  const runs = process.env["RUNS"] ?? "100000";
  process.stdout.write(
    `\nlive runs, each with a counted call and its evidence (medians of 5 × 1,000 calls)\n${HEAD}\n`,
  );
  for (const store of ["memory", "SQLite", "Redis"]) {
    if (store === "Redis" && !hasRedis) {
      process.stdout.write("No redis-server on the PATH: its rows are left out.\n");
      continue;
    }
    const { status } = spawnSync(process.execPath, ["--expose-gc", CHILD, store, runs], { stdio: "inherit" });
    if (status !== 0) throw new Error(`the measurement of ${store} ended with ${status}`);
  }
  return Promise.resolve();
};

if (import.meta.main) await measureRuns();
