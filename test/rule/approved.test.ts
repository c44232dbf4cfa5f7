// Who approved a call stands in the journal, whichever way the call came and wherever the person said so.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { runCommand } from "../cli/command.ts";
import { type Members, membersOf } from "../support/json.ts";
import { ADMIN_TOKEN } from "../support/running-app.ts";
import { type Agent, INGRESSES, type Seen, openAgent } from "./agent.ts";
import { type Sidecar, startSidecar } from "./sidecar.ts";

const folder = mkdtempSync(join(tmpdir(), "checkrein-approved-"));
const journal = join(folder, "journal.jsonl");
let sidecar: Sidecar;
beforeAll(async () => {
  sidecar = await startSidecar({ flags: ["--journal", `lines:${journal}`] });
});
afterAll(async () => {
  await sidecar.stop();
  rmSync(folder, { recursive: true });
});

/** Records of one call, once they are written. */
const recordsOf = async (call: unknown): Promise<readonly Members[]> =>
  vi.waitFor(() => {
    const records = readFileSync(journal, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => membersOf(JSON.parse(line)));
    const found = records.filter((record) => record["kind"] === "call" && record["call"] === call);
    expect(found).not.toEqual([]);
    return found;
  }, 3000);

const idOf = ({ refusal }: Seen): string => String(Object(refusal["approval"]).id);

describe.each(INGRESSES)("over %s", (ingress) => {
  const given = { orderId: `o-${ingress}`, amount: 11 };
  let agent: Agent;
  beforeAll(async () => {
    agent = await openAgent(sidecar, { ingress, proof: "bearer" });
  });

  it("approved by `checkrein approve`", async () => {
    const asked = await agent.call("wire", given);
    const environment = { CHECKREIN_ADMIN_TOKEN: ADMIN_TOKEN };
    const words = ["approve", idOf(asked), "--by", "bob", "--admin-url", sidecar.app.app.adminUrl];
    expect(await runCommand(words, { environment })).toMatchObject({ exitCode: 0 });
    const done = await agent.call("wire", given);
    expect(done.code).toBe("ok");
    expect(await recordsOf(done.call)).toMatchObject([
      { decision: "allow", approvals: [{ id: idOf(asked), by: "bob" }] },
    ]);
    for (const record of await recordsOf(asked.call)) expect(record).not.toHaveProperty("approvals");
  });

  it("approved on the admin port, and written also when the backend refused the call", async () => {
    const asked = await agent.call("wire", given);
    await sidecar.admin("POST", `/approvals/${idOf(asked)}/approve`, { by: "ann" });
    sidecar.backend.give("wire", { status: 409 });
    const refused = await agent.call("wire", given);
    sidecar.backend.give("wire", undefined);
    expect(await recordsOf(refused.call)).toMatchObject([
      { code: "backend_error", forwarded: "yes", approvals: [{ id: idOf(asked), by: "ann" }] },
    ]);
  });

  it("a question over one ingress is answered for all of the run", async () => {
    const asked = await agent.call("wire", { ...given, amount: 12 });
    await sidecar.admin("POST", `/approvals/${idOf(asked)}/approve`, { by: "ann" });
    const other = await agent.over(ingress === "call" ? "rest" : "call");
    expect((await other.call("wire", { ...given, amount: 12 })).code).toBe("ok");
    expect((await agent.call("wire", { ...given, amount: 12 })).code).toBe("approval_required");
  });

  it("a yes is for its run alone", async () => {
    const asked = await agent.call("wire", { ...given, amount: 13 });
    await sidecar.admin("POST", `/approvals/${idOf(asked)}/approve`, { by: "ann" });
    const stranger = await openAgent(sidecar, { ingress, proof: "bearer" });
    expect((await stranger.call("wire", { ...given, amount: 13 })).code).toBe("approval_required");
    expect((await agent.call("wire", { ...given, amount: 13 })).code).toBe("ok");
  });
});
