// F32: an MCP server as a child process that hangs, dies by a signal, writes without end, or starts many processes of its own. The
// transport by itself: test/backend/mcp-stdio-transport*.test.ts.
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeContracts } from "../support/contracts-folder.ts";
import { isAlive } from "../support/mcp-child.ts";
import { definition, lockText } from "../support/mcp-folder.ts";
import { startBadStream } from "./bad-stream.ts";
import { contractTexts } from "./changing-contracts.ts";
import { type Ingress, type Told, callOver } from "./ingress.ts";
import { expectNothingLeft } from "./invariants.ts";
import { bePatient } from "./patience.ts";
import { type Stage, startStage } from "./stage.ts";
import { residentMbOf } from "./usage.ts";

bePatient();

const INGRESSES: readonly Ingress[] = ["call", "mcp", "legacy"];
const NAMES = ["good", "hang", "crash", "flood", "breed"];
const folder = mkdtempSync(join(tmpdir(), "checkrein-child-"));
const pidsFile = join(folder, "pids");
const child = fileURLToPath(new URL("unruly-child.ts", import.meta.url));

const pids = (): readonly number[] => readFileSync(pidsFile, "utf8").split("\n").filter(Boolean).map(Number);
const living = (): readonly number[] => pids().filter(isAlive);

let stage: Stage;
beforeAll(async () => {
  writeFileSync(pidsFile, "");
  const command = JSON.stringify([process.execPath, child]);
  const environment = JSON.stringify({ PIDS_FILE: pidsFile });
  const tool = (name: string): string =>
    `import { defineContract } from "checkrein";
     import { files } from "./files.ts";
     export default defineContract({ tool: "${name}", operation: files.tool("${name}"), effect: "write" });`;
  const contracts = writeContracts({
    ...contractTexts(),
    "files.ts": `import { defineMcpBackend } from "checkrein";
      export const files = defineMcpBackend({ name: "files", command: ${command}, environment: ${environment}, deadlineMs: 1500, maxResponseBytes: 65536 });`,
    ...Object.fromEntries(NAMES.map((name) => [`${name}.ts`, tool(name)])),
    "checkrein.lock": lockText(NAMES.map((name) => definition(name))),
  });
  // The one child that is there has its three pipes.
  stage = await startStage({ contracts, openElsewhere: () => (living().length > 0 ? 3 : 0) });
});
afterAll(async () => {
  await stage?.stop();
  rmSync(folder, { recursive: true });
});

const call = (ingress: Ingress, name: string): Promise<Told> =>
  callOver(ingress, { tool: name, arguments: { path: "a" } }, stage);
const outcomes = (told: readonly Told[]): readonly unknown[] =>
  told.map(({ answers, code, forwarded }) => [answers, code, forwarded]);
const callAll = (name: string): Promise<readonly Told[]> =>
  Promise.all(INGRESSES.map((ingress) => call(ingress, name)));
const expectRecorded = (told: readonly Told[]): Promise<void> =>
  expect
    .poll(
      () => told.map(({ id }) => stage.records().filter(({ kind, call: of }) => kind === "call" && of === id).length),
      {
        timeout: 3000,
      },
    )
    .toEqual(told.map(() => 1));

describe("F32 an MCP server that is a child process", () => {
  it("that hangs: each call ends at its deadline, the others of the same child do not notice", async () => {
    expect(outcomes(await callAll("good"))).toEqual(INGRESSES.map(() => [1, "", "yes"]));
    const bad = startBadStream(stage);
    const [hung, fine] = await Promise.all([callAll("hang"), callAll("good")]);
    expect(outcomes(hung)).toEqual(INGRESSES.map(() => [1, "upstream_timeout", "unknown"]));
    expect(outcomes(fine)).toEqual(INGRESSES.map(() => [1, "", "yes"]));
    for (const { milliseconds } of hung) expect(milliseconds).toBeLessThan(3000);
    expect((await bad.stop()).problems).toEqual([]);
    await expectRecorded([...hung, ...fine]);
    await expectNothingLeft(stage);
  });

  it("that dies by a signal: the outcome is unknown, and the next call has a new one", async () => {
    for (const ingress of INGRESSES) {
      const told = await call(ingress, "crash");
      expect([told.answers, told.code]).toEqual([1, "upstream_outcome_unknown"]);
      await expect.poll(async () => (await call(ingress, "good")).code, { timeout: 10_000 }).toBe("");
    }
    expect(living()).toHaveLength(1);
    await expectNothingLeft(stage);
  });

  it("that writes without end: it is killed, and what it wrote is not kept", async () => {
    const before = residentMbOf(stage.sidecar.process.pid ?? 0);
    const told = await call("mcp", "flood");
    expect(told.answers).toBe(1);
    expect(["upstream_too_large", "upstream_outcome_unknown"]).toContain(told.code);
    expect(residentMbOf(stage.sidecar.process.pid ?? 0) - before).toBeLessThan(60);
    await expect.poll(async () => (await call("mcp", "good")).code, { timeout: 10_000 }).toBe("");
    expect(living()).toHaveLength(1);
    await expectNothingLeft(stage);
  });

  it("that starts many processes: none of them outlives it, nor the sidecar", async () => {
    expect((await call("call", "breed")).code).toBe("");
    expect(living().length).toBeGreaterThan(25);
    await call("call", "crash");
    await expect.poll(() => living(), { timeout: 5000 }).toEqual([]);
    await expect.poll(async () => (await call("call", "breed")).code, { timeout: 10_000 }).toBe("");
    expect(living().length).toBeGreaterThan(25);
    const ended = once(stage.sidecar.process, "exit");
    stage.sidecar.process.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
    await expect.poll(() => living(), { timeout: 5000 }).toEqual([]);
  });
});
