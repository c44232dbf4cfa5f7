// What only the environment can say: values that backends refer to are looked for when the sidecar starts, all at once.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import pino from "pino";
import { expect, it } from "vitest";
import { StartError, startApp } from "../../../src/app.ts";
import type { LoadProblem } from "../../../src/contract/contract.ts";
import { type Environment, readSettings } from "../../../src/settings.ts";
import { backendFile, getOrder, orders, writeContracts } from "../../support/contracts-folder.ts";

const folder = writeContracts({
  "orders.json": JSON.stringify(orders),
  "backend.ts": backendFile('credential: bearer(secret("ORDERS_TOKEN"))'),
  "get-order.ts": getOrder(),
});

const start = async (environment: Environment): Promise<readonly LoadProblem[]> => {
  const flags = ["--contracts", folder, "--port", "0", "--admin-port", "0", "--journal", "none", "--anonymous", "true"];
  const read = readSettings({}, flags);
  if (!read.ok) throw new Error(read.problems.join());
  try {
    const app = await startApp({ settings: read.settings, environment, log: pino({ level: "silent" }) });
    await app.stop();
    return [];
  } catch (error) {
    if (error instanceof StartError) return error.problems;
    throw error;
  }
};

const url = "http://127.0.0.1:1";

it("names every variable that is not set, and what would set it", async () => {
  expect(await start({})).toEqual([
    {
      file: "environment",
      place: "backend orders.url",
      message: "ORDERS_URL is not set",
      mend: "set ORDERS_URL, or ORDERS_URL_FILE to a file that holds it",
    },
    {
      file: "environment",
      place: "backend orders.credential",
      message: "ORDERS_TOKEN is not set",
      mend: "set ORDERS_TOKEN, or ORDERS_TOKEN_FILE to a file that holds it",
    },
  ]);
});

it("takes a value from the file that <NAME>_FILE names, and refuses one that cannot be read", async () => {
  writeFileSync(join(folder, "token.txt"), "t\n");
  expect(await start({ ORDERS_URL: url, ORDERS_TOKEN_FILE: join(folder, "token.txt") })).toEqual([]);
  expect(
    (await start({ ORDERS_URL: url, ORDERS_TOKEN_FILE: join(folder, "none") })).map(({ message }) => message),
  ).toEqual(["the file that ORDERS_TOKEN_FILE names cannot be read"]);
});

it("refuses an address that is no plain http URL, without repeating it", async () => {
  const problems = await start({ ORDERS_URL: "https://user:s3cr3t@example.com", ORDERS_TOKEN: "t" });
  expect(problems.map(({ place }) => place)).toEqual(["backend orders.url"]);
  expect(JSON.stringify(problems)).not.toContain("s3cr3t");
});
