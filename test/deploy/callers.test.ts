// The contracts as compose.yaml mounts them, in a sidecar with compose.yaml's variables: who gets in, and who does not.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pino from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Shop, startShop } from "../../examples/shop/service.ts";
import { type App, startApp } from "../../src/app.ts";
import { readSettings } from "../../src/settings.ts";
import { compose, folder } from "./compose.ts";

const { checkrein } = compose.services;
const root = mkdtempSync(join(tmpdir(), "checkrein-deploy-"));
const KEY = "canary-b071-key-of-the-agent-01";
let [shop, app]: [Shop | undefined, App | undefined] = [undefined, undefined];

const mount = (): void => {
  for (const volume of checkrein.volumes.filter((one) => one.endsWith(":ro"))) {
    const [source = "", target = ""] = volume.split(":");
    cpSync(fileURLToPath(new URL(source, folder)), join(root, target), { recursive: true });
  }
  writeFileSync(join(root, "agent-key"), `${KEY}\n`);
};

beforeAll(async () => {
  mount();
  shop = await startShop({ port: 0, token: "canary-77be-token-of-the-shop" });
  const contracts = join(root, "app/contracts");
  const flags = { contracts, port: 0, "admin-port": 0, journal: "none", "state-directory": join(root, "state") };
  const own = Object.entries(checkrein.environment).filter(([name]) => name.startsWith("CHECKREIN_"));
  const read = readSettings(
    Object.fromEntries(own),
    Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
  );
  if (!read.ok) throw new Error(read.problems.join("\n"));
  const environment = {
    SHOP_URL: shop.url,
    SHOP_TOKEN: "canary-77be-token-of-the-shop",
    AGENT_KEY_FILE: join(root, "agent-key"),
  };
  app = await startApp({ settings: read.settings, environment, log: pino({ level: "silent" }) });
});
afterAll(async () => {
  await app?.stop();
  await shop?.close();
  rmSync(root, { recursive: true });
});

const statusOf = async (headers: Readonly<Record<string, string>>): Promise<number> => {
  const body = JSON.stringify({ tool: "get_order", arguments: { orderId: "ord_100001" } });
  const request = { method: "POST", headers: { "content-type": "application/json", ...headers }, body };
  return (await fetch(`${app?.dataUrl}/call`, request)).status;
};

test("the agent's key opens it, in both of its places", async () => {
  expect(await statusOf({ authorization: `Bearer ${KEY}` })).toBe(200);
  expect(await statusOf({ "x-api-key": KEY })).toBe(200);
});

test("nothing else does: no key, another one, the shop's token", async () => {
  expect(await statusOf({})).toBe(401);
  expect(await statusOf({ authorization: `Bearer ${KEY}0` })).toBe(401);
  expect(await statusOf({ authorization: "Bearer the-token-of-the-shop" })).toBe(401);
});
