// F14: the backend's name cannot be resolved, is not in time, or leads to where nobody may be led. The name's answers change under
// one sidecar, as they would with a server that rebinds them.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { expectThrough } from "./invariants.ts";
import { onStage } from "./on-stage.ts";

const folder = mkdtempSync(join(tmpdir(), "checkrein-lookup-"));
const file = join(folder, "answer");
afterAll(() => rmSync(folder, { recursive: true }));
const resolveTo = (text: string): void => writeFileSync(file, text);

const stage = onStage(() => {
  resolveTo("ENOTFOUND");
  const flags = ["--import", fileURLToPath(new URL("answer-lookups.ts", import.meta.url))];
  return { ordersUrl: "http://backend.test:8000", flags, environment: { LOOKUP_FILE: file } };
});

const unavailable = [502, "upstream_unavailable", "no"] as const;
const late = [504, "upstream_timeout", "no"] as const;

describe("F14 a name that leads nowhere good", () => {
  it.each([
    ["no such name", "ENOTFOUND", unavailable],
    ["a resolver that fails", "EAI_AGAIN", unavailable],
    ["a metadata service", "169.254.169.254", unavailable],
    ["this machine, in IPv4", "127.0.0.1", unavailable],
    ["this machine, in IPv6", "::1", unavailable],
    ["this machine, in IPv4 within IPv6", "::ffff:127.0.0.1", unavailable],
    ["no address at all", "0.0.0.0", unavailable],
    ["no answer", "hang", late],
  ])("%s: nothing is sent", async (_what, answer, outcome) => {
    const told = await expectThrough(stage(), {
      begin: () => resolveTo(answer),
      isLasting: true,
      read: outcome,
      write: outcome,
      sent: 0,
      within: [0, 3000],
    });
    for (const { text } of told) expect(text).not.toContain("backend.test");
  });
});
