// The admin port: probes answer anybody, everything else asks for the token, which nobody but the sidecar's user can read.
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAdminToken, forgetAdminToken, keepAdminToken } from "../../src/admin/admin-token.ts";
import { ADMIN_TOKEN, type RunningApp, startRunningApp } from "../support/running-app.ts";
import { startAdmin } from "./admin-port.ts";

describe("the admin port", () => {
  let running: RunningApp;
  beforeAll(async () => {
    running = await startRunningApp({
      contracts: "contracts/shop",
      environment: { SHOP_URL: "http://127.0.0.1:9", SHOP_TOKEN: "t" },
      flags: ["--anonymous", "true"],
    });
  });
  afterAll(() => running.stop());

  const get = (path: string, token?: string): Promise<Response> =>
    fetch(running.app.adminUrl + path, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });

  it.each(["/livez", "/readyz"])("answers the probe %s without a token", async (path) => {
    expect((await get(path)).status).toBe(200);
  });

  it.each([
    ["no token", undefined],
    ["an empty one", ""],
    ["a wrong one", "wrong"],
    ["one that is longer", `${ADMIN_TOKEN}x`],
    ["one that is shorter", ADMIN_TOKEN.slice(1)],
  ])("shows nothing of the backends to %s", async (_what, token) => {
    const answer = await get("/backends", token);
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toBe("Bearer");
    expect(await answer.text()).not.toContain("shop");
  });

  it("shows the backends to the operator", async () => {
    const answer = await get("/backends", ADMIN_TOKEN);
    expect(await answer.json()).toEqual({ backends: [{ name: "shop", drift: [], breaker: "closed", inFlight: 0 }] });
  });

  it("does not take the token from the data port, nor show the backends there", async () => {
    const answer = await running.send({
      method: "GET",
      target: "/backends",
      headers: [["authorization", `Bearer ${ADMIN_TOKEN}`]],
      body: undefined,
    });
    expect(answer.status).toBe(404); // a token that means nothing to agents' paths
    expect(answer.text).not.toContain("drift");
  });

  it("shows what drifted, with the words that changed", async () => {
    const drift = [{ tool: "echo", difference: "description: [-Echo-] {+Shout+}" }];
    const state = { name: "everything", drift, breaker: "half_open", inFlight: 3 } as const;
    const admin = await startAdmin({}, [state]);
    expect((await admin.get("/backends")).body).toEqual({ backends: [state] });
    await admin.stop();
  });
});

describe("an admin token that is made", () => {
  const folder = mkdtempSync(join(tmpdir(), "checkrein-token-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("stands in a file that its owner alone can read, and goes with the sidecar", () => {
    const token = createAdminToken();
    const kept = keepAdminToken(token, join(folder, "state"), "8081");
    if (!("file" in kept)) throw new Error(kept.problem);
    expect(readFileSync(kept.file, "utf8")).toBe(`${token}\n`);
    expect(statSync(kept.file).mode & 0o777).toBe(0o600);
    forgetAdminToken(kept.file);
    expect(statSync(kept.file, { throwIfNoEntry: false })).toBeUndefined();
  });

  it("is another one each time, and long", () => {
    expect(createAdminToken()).not.toBe(createAdminToken());
    expect(createAdminToken().length).toBeGreaterThanOrEqual(32);
  });

  it("that cannot be taken away stays, and nothing falls over that", () => {
    expect(() => forgetAdminToken(folder)).not.toThrow();
  });

  it("says why it cannot be kept", () => {
    expect(keepAdminToken("t", "/dev/null/nowhere", "1")).toEqual({ problem: expect.stringContaining("/dev/null") });
  });
});
