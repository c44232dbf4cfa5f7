// A sidecar looks at its files by itself: those that decide, and those that are missing.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { probeDocument } from "../support/probe.ts";
import { BACKEND, getItem, startReloading, versionOf } from "./reloading.ts";

describe("the files are looked at", () => {
  it("by themselves: contracts, documents and secrets", { timeout: 70_000 }, async () => {
    const { app, write, tokenFile, shownToken } = await startReloading({}, []);
    write("get-item.ts", getItem(9));
    await expect
      .poll(async () => (await app.call("get_item", { id: "long" })).status, { timeout: 20_000, interval: 100 })
      .toBe(200);
    writeFileSync(tokenFile, "canary-5d10-other-token");
    await expect.poll(shownToken, { timeout: 20_000, interval: 100 }).toBe("Bearer canary-5d10-other-token");
    const version = versionOf(await app.call("get_item", { id: "abc" }));
    write("openapi.json", JSON.stringify({ ...probeDocument, info: { title: "Probe", version: "2" } }));
    await expect
      .poll(async () => versionOf(await app.call("get_item", { id: "abc" })), { timeout: 20_000, interval: 100 })
      .not.toBe(version);
  });

  it("also where one comes that was missing when they were refused", { timeout: 70_000 }, async () => {
    const { app, write, tokenFile, admin } = await startReloading({}, []);
    const status = async (): Promise<number> => (await app.call("get_item", { id: "long" })).status;
    const trouble = async (): Promise<string> => String((await admin("/readyz"))["trouble"]);
    const patience = { timeout: 20_000, interval: 100 };
    write("get-item.ts", `import { MOST } from "./.lib/most.js";\n${getItem(9).replace("max(9)", "max(MOST)")}`);
    await expect.poll(trouble, patience).toContain("the first in");
    expect(await status()).toBe(422);
    write(".lib/most.js", "export const MOST = 9;");
    await expect.poll(status, patience).toBe(200);

    const other = join(tokenFile, "../secret");
    write("backend.ts", BACKEND.replace("API_TOKEN", "OTHER_TOKEN"));
    await expect.poll(trouble, patience).toContain("the first in environment");
    const version = versionOf(await app.call("get_item", { id: "abc" }));
    writeFileSync(other, "canary-5d10-other-token");
    await expect.poll(async () => versionOf(await app.call("get_item", { id: "abc" })), patience).not.toBe(version);
    expect(await trouble()).toBe("");
  });
});
