// `checkrein approve` against a running admin port: what waits is shown as it is, decided once, and every failure teaches.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { approve as command } from "../../src/cli/approve.ts";
import { type AdminOfTest, TOKEN, startAdmin } from "../admin/admin-port.ts";
import { approval, claimOf } from "../support/claims.ts";
import { type Ended, callCommand, runCommand } from "./command.ts";

let admin: AdminOfTest;
const folder = mkdtempSync(join(tmpdir(), "checkrein-approve-"));
beforeAll(async () => {
  admin = await startAdmin();
  vi.stubEnv("CHECKREIN_ADMIN_TOKEN", TOKEN);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
  await admin.stop();
});

const approve = (words: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  runCommand(["approve", "--admin-url", admin.url, ...words], {
    environment: { CHECKREIN_ADMIN_TOKEN: TOKEN, ...environment },
    folder,
  });

const call = (words: readonly string[], url = admin.url): ReturnType<typeof callCommand> =>
  callCommand(command, [...words, "--admin-url", url]);

const HIDDEN = ["\u001b", "\u202e"];
const hostile = {
  tool: "refund",
  caller: "shop",
  run: "run-1",
  arguments: JSON.stringify({ note: "ok \u001b[2J\u202egnp.exe", amount: 5 }),
  reason: "above 100",
};
const ask = async (key: string): Promise<string> => {
  const answer = await admin.store.claim(claimOf(`call-${key}`, approval(key, { request: hostile })));
  return (!answer.ok && answer.found.kind === "approval" && answer.found.id) || "nothing";
};

describe("checkrein approve", () => {
  it("says that nothing waits", async () => {
    expect(await approve([])).toMatchObject({ exitCode: 0, stdout: "Nothing waits for approval.\n" });
  });

  it("shows what waits with nothing hidden, and approves it once", async () => {
    const id = await ask("a");
    const listed = await approve([]);
    expect(listed.stdout).toContain(`${id}\n  tool:      refund\n`);
    expect(listed.stdout).toContain('{"note":"ok \\u001b[2J\\u{202e}gnp.exe","amount":5}');
    expect(listed.stdout).toContain("in the run run-1");
    expect(listed.stdout).toContain("above 100");
    expect(listed.stdout).toContain("since 2026-03-01T10:00:00.000Z, until 2026-03-02T10:00:00.000Z");
    for (const letter of HIDDEN) expect(listed.stdout).not.toContain(letter);
    const decided = await approve([id, "--by", "ann"]);
    expect(decided).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^approved by ann, until /) });
    for (const letter of HIDDEN) expect(decided.stdout).not.toContain(letter);
    expect((await approve([])).stdout).toBe("Nothing waits for approval.\n");
    expect(await admin.store.claim(claimOf("again", approval("a", { request: hostile })))).toMatchObject({ ok: true });
    expect(await approve([id])).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining("Nothing of this id waits"),
    });
  });

  it("denies, in the name of the machine's user", async () => {
    const id = await ask("b");
    expect((await approve(["--deny", id])).stdout).toMatch(`denied by ${userInfo().username}, until `);
    const other = await approve([id, "--by", "bob"]);
    expect(other.exitCode).toBe(1);
    expect(other.stdout).toBe(`This was denied already, by ${userInfo().username}.\n`);
  });

  it.each([
    [["a", "b"], "name one id"],
    [["--deny"], "name what is decided"],
    [["--by", "ann"], "name what is decided"],
    [["--denny", "a"], "did you mean --deny?"],
    [["a", "--by"], "--by needs a value"],
  ])("says of the words %j what is wrong with them", async (words, told) => {
    expect(await call(words)).toMatchObject({ exitCode: 2, stdout: expect.stringContaining(told) });
  });

  it.each(["..", "x/y", "?", "#", "%"])("looks for the id %j and nothing else", async (id) => {
    expect((await call([id])).exitCode).toBe(1);
    expect(admin.logged.filter(({ approval }) => approval === id)).toEqual([]);
  });
});

describe("the way to the admin port", () => {
  const list = (environment: Readonly<Record<string, string>>, url = admin.url): Promise<Ended> =>
    runCommand(["approve", "--admin-url", url], { environment, folder });

  it("takes the token from a file that the environment names", async () => {
    writeFileSync(join(folder, "token"), `${TOKEN}\n`);
    expect((await list({ CHECKREIN_ADMIN_TOKEN_FILE: join(folder, "token") })).exitCode).toBe(0);
  });

  it("takes the token that the sidecar left in its state directory, and the port of the settings", async () => {
    const { port } = new URL(admin.url);
    mkdirSync(join(folder, "state"), { recursive: true });
    writeFileSync(join(folder, "state", `admin-token-${port}`), `${TOKEN}\n`);
    const environment = { CHECKREIN_STATE_DIRECTORY: "state", CHECKREIN_ADMIN_PORT: port };
    expect(await runCommand(["approve"], { environment, folder })).toMatchObject({ exitCode: 0 });
  });

  it("does not send that token to another machine", async () => {
    const ended = await list({ CHECKREIN_STATE_DIRECTORY: "state" }, "http://192.0.2.1:8081");
    expect(ended).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("set CHECKREIN_ADMIN_TOKEN") });
  });

  it("says where a token is missing, wrong or no header's", async () => {
    expect((await list({})).stdout).toContain("there is no token for");
    const wrong = await list({ CHECKREIN_ADMIN_TOKEN: "another-token-altogether" });
    expect(wrong).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("CHECKREIN_ADMIN_TOKEN") });
    const broken = await list({ CHECKREIN_ADMIN_TOKEN: "the-token\nof-two-lines" });
    expect(broken.stdout).toContain("no header can carry");
    for (const { stdout, stderr } of [wrong, broken]) expect(stdout + stderr).not.toMatch(/altogether|two-lines/);
  });

  it("says that no sidecar answers, or something else", async () => {
    const environment = { CHECKREIN_ADMIN_TOKEN: TOKEN };
    expect((await list(environment, "http://127.0.0.1:1")).stdout).toContain("`checkrein serve`");
    const other = createServer((_request, response) => response.end("<html>")).listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const address = Object(other.address());
    expect((await list(environment, `http://127.0.0.1:${address.port}`)).stdout).toContain(
      "no admin port of checkrein",
    );
    other.close();
  });

  it.each(["127.0.0.1:8081", "ftp://127.0.0.1", "http://127.0.0.1:8081/runs", "http://a@127.0.0.1", ""])(
    "does not take %j for its URL",
    async (url) => {
      expect((await call([], url)).exitCode).toBe(2);
    },
  );
});
