// Negative control: the same runner against a sidecar that is known to be weak. If it finds nothing there, its silence about
// ours means nothing either.
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { type ChildServer, startChild } from "../support/child-server.ts";
import { startScriptedBackend } from "../support/scripted-backend.ts";
import { cases } from "./case.ts";
import { runCase } from "./runner.ts";

const startWeak = (backendUrl: string): Promise<ChildServer> =>
  startChild({ arguments: [fileURLToPath(new URL("weak-sidecar.ts", import.meta.url)), backendUrl] });

const portOf = (server: ChildServer): number => Number(new URL(String(server.ready["data"])).port);

test("the runner finds at least 40 failing cases at a weak sidecar", { timeout: 60_000 }, async () => {
  const backend = await startScriptedBackend();
  let weak = await startWeak(backend.url);
  const failed: string[] = [];
  for (const one of cases.filter(({ transport }) => transport !== "mcp")) {
    const { failures, exchange } = await runCase(one, { port: portOf(weak), backend });
    if (failures.length > 0) failed.push(`${one.id}: ${failures.join("; ").slice(0, 160)}`);
    if (exchange.ended) continue;
    await weak.kill(); // a catastrophic pattern never comes back
    weak = await startWeak(backend.url);
  }
  await weak.kill();
  await backend.close();
  console.log(`the weak sidecar fails ${failed.length} cases:\n${failed.join("\n")}`);
  expect(failed.length).toBeGreaterThanOrEqual(40);
});
