// `checkrein runs` against a running admin port: opens, lists and ends, and says what a grant gets wrong.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { runs as command } from "../../src/cli/runs.ts";
import { type AdminOfTest, TOKEN, startAdmin } from "../admin/admin-port.ts";
import { type Ended, callCommand, runCommand } from "./command.ts";

let admin: AdminOfTest;
const folder = mkdtempSync(join(tmpdir(), "checkrein-runs-"));
beforeAll(async () => {
  admin = await startAdmin();
  vi.stubEnv("CHECKREIN_ADMIN_TOKEN", TOKEN);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
  await admin.stop();
});

const runs = (...words: readonly string[]): Promise<Ended> =>
  runCommand(["runs", ...words, "--admin-url", admin.url], { environment: { CHECKREIN_ADMIN_TOKEN: TOKEN }, folder });
const call = (...words: readonly string[]): ReturnType<typeof callCommand> =>
  callCommand(command, [...words, "--admin-url", admin.url]);
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const idOf = ({ stdout }: Ended): string => /^run: {3}(\S+)$/m.exec(stdout)?.[1] ?? stdout;

describe("checkrein runs", () => {
  it("says that no run lives", async () => {
    expect(await runs()).toMatchObject({ exitCode: 0, stdout: "No run lives.\n" });
  });

  it("opens a run with a grant, and one below it; lists both; ends both", async () => {
    const grant = { tools: ["get_order"] };
    const files = ["--grant", file("g.json", JSON.stringify(grant)), "--claims", file("c.json", '{"tenant":"acme"}')];
    const opened = await runs("open", "--caller", "support", "--lifetime", "1h", ...files);
    expect(opened.exitCode).toBe(0);
    expect(opened.stdout).toMatch(/^url: {3}https:\/\/tools\.example\.com\/r\/crr_\S+$/m);
    expect(opened.stdout).toMatch(/^token: crr_\S+$/m);
    expect(opened.stdout).toContain("ends:  2026-03-01T11:00:00.000Z\n");
    const id = idOf(opened);
    const below = idOf(await runs("open", "--parent", id));
    expect((await admin.get(`/runs/${below}`)).body).toMatchObject({ parent: id, claims: { tenant: "acme" } });
    expect((await admin.get(`/runs/${id}`)).body).toMatchObject({ grant });
    const listed = (await runs()).stdout.trimEnd().split("\n");
    expect(listed).toHaveLength(2);
    expect(listed.join()).toContain(`${below}  support below ${id}, from 2026-03-01T10:00:00.000Z`);
    expect(listed.join()).not.toContain("crr_");
    expect(await runs("end", id, "--by", "ann")).toMatchObject({
      exitCode: 0,
      stdout: `ended by ann: ${id}, and all runs below it\n`,
    });
    expect((await admin.get(`/runs/${below}`)).body["live"]).toBe(false);
  });

  it("goes on where a page ends", async () => {
    for (let number = 0; number < 101; number += 1) await admin.post("/runs", { caller: "support" });
    const first = (await call()).stdout.trimEnd().split("\n");
    const [, after = ""] = /^There may be more: checkrein runs --after (\S+)$/.exec(first.at(-1) ?? "") ?? [];
    const second = (await call("--after", after)).stdout.trimEnd().split("\n");
    const ids = [...first.slice(0, -1), ...second].map((line) => line.split(" ")[0]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(101);
  });

  it("shows what is stopped or counted, and lets it begin anew: at one tool, or at all", async () => {
    const add = async (run: string, tool: string, count: number): Promise<void> => {
      for (let index = 0; index < count; index += 1)
        await admin.store.addAttempt({ run, tool, allowed: 5, expiresInMs: 60_000 });
    };
    expect(await call("stopped")).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^Nothing is stopped/) });
    await add("run_1", "get_order", 5);
    await add("run_1", "made\u202eup", 1);
    await add("caller:support", "get_order", 2);
    expect((await runs("stopped")).stdout.split("\n")).toEqual([
      "run_1  made\\u{202e}up: 1 refused attempt, 4 left, for 60 s more",
      "run_1  get_order: 5 refused attempts, stopped, for 60 s more",
      "caller:support  get_order: 2 refused attempts, 3 left, for 60 s more",
      "",
    ]);
    expect((await call("stopped", "support")).stdout).toMatch(/^caller:support {2}get_order: .*\n$/);
    expect((await call("stopped", "--after", "run_1")).stdout).toMatch(/^caller:support {2}get_order: .*\n$/);
    expect(await runs("clear", "run_1", "get_order", "--by", "ann")).toMatchObject({
      exitCode: 0,
      stdout: "cleared by ann: run_1 begins anew at get_order\n",
    });
    expect(await admin.store.attemptsOf("run_1")).toHaveLength(1);
    expect((await call("clear", "support", "--by", "ann")).stdout).toContain("support begins anew at all tools");
    expect(await admin.store.attemptsOf("caller:support")).toEqual([]);
  });

  it.each([
    ["g1.json", '{"tools":["get_odrer"]}', "get_order"],
    ["g2.json", '{"tools":["get_order"],"tools":[]}', "stands twice"],
    ["g3.json", "[]", "write one JSON object"],
    ["g4.json", '{"tool":["get_order"]}', "/grant/tool"],
  ])("opens nothing with the grant of %s, and says why", async (name, text, told) => {
    const ended = await call("open", "--caller", "support", "--grant", file(name, text));
    expect(ended).toMatchObject({ exitCode: 1, stdout: expect.stringContaining(told) });
    expect(ended.stdout).not.toContain("crr_");
  });

  it.each([
    [["open"], 2, "--caller <name>"],
    [["open", "--caller", "support", "--lifetime", "soon"], 2, "90s"],
    [["open", "--caller", "support", "--lifetime", "0s"], 2, "90s"],
    [["open", "--caller", "support", "extra"], 2, "is not an option"],
    [["open", "--caller", "support", "--grant", "none.json"], 1, "none.json"],
    [["open", "--caller", "nobody"], 1, "nobody"],
    [["open", "--parent", "run_of_nobody"], 1, "/parent"],
    [["end"], 2, "name one run"],
    [["end", "a", "b"], 2, "name one run"],
    [["end", "run_of_nobody"], 1, "There is no run of this id"],
    [["stop", "a"], 2, "checkrein runs open, end, stopped, clear"],
    [["stopped", "a", "b"], 2, "name one run or caller"],
    [["stopped", "a", "--after", "b"], 2, "name one run or caller"],
    [["stopped", "--run", "a"], 2, "there is no option --run"],
    [["clear"], 2, "checkrein runs clear <run or caller>"],
    [["clear", "a", "b", "c"], 2, "checkrein runs clear <run or caller>"],
    [["clear", "run_of_nobody"], 1, "No attempts are counted"],
    [["clear", "support", "get_order", "--by", " "], 1, "/by"],
  ])("answers the words %j with exit code %i and what to do", async (words, exitCode, told) => {
    expect(await call(...words)).toMatchObject({ exitCode, stdout: expect.stringContaining(told) });
  });
});
