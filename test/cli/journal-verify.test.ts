// `checkrein journal verify`, `export` and `key`, as somebody runs them who has a journal, its checkpoints and the public key.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { exportLines } from "../../src/cli/journal-export.ts";
import { journalKey } from "../../src/cli/journal-key.ts";
import { journal } from "../../src/cli/journal.ts";
import { verify } from "../../src/cli/journal-verify.ts";
import { readPrivateKey, readPublicKey, fingerprint } from "../../src/journal/checkpoint.ts";
import { createRowWriter } from "../../src/journal/sqlite-table.ts";
import { linesOf } from "../journal/open.ts";
import { linkOf, pair, publicText, runSession } from "../journal/signed.ts";
import { OTHER, chain } from "../journal/twenty.ts";
import { callCommand, runCommand } from "./command.ts";

const folder = mkdtempSync(join(tmpdir(), "checkrein-verify-"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

const main = new URL("../../src/main.ts", import.meta.url).pathname;
const at = (name: string): string => join(folder, name);
const database = at("journal.sqlite");
const checkpoints = at("checkpoints");
const signed = ["--checkpoints", checkpoints, "--key", publicText];
let lines: readonly string[];
let writer: string;

const writeLines = (name: string, all: readonly string[]): string => {
  writeFileSync(at(name), all.map((line) => `${line}\n`).join(""));
  return at(name);
};

beforeAll(async () => {
  await runSession(`sqlite:${database}`, 40, { flags: ["--journal-checkpoints", checkpoints] });
  lines = linesOf(`sqlite:${database}`);
  ({ writer } = linkOf(lines[0]));
});

describe("checkrein journal verify", () => {
  it("says of an untouched journal how far it is anchored, and ends with 0", async () => {
    const { exitCode, stdout } = await callCommand(verify, [database, ...signed]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      new RegExp(
        `^${writer}: records 1–43\n  anchored through record 43, by the checkpoint of 20\\S+Z\nNo problems.\n$`,
      ),
    );
  });

  it("finds the journal and the checkpoints where the sidecar has them", async () => {
    const environment = { CHECKREIN_STATE_DIRECTORY: folder, CHECKREIN_JOURNAL_CHECKPOINTS: checkpoints };
    const words = ["journal", "verify", "--key", publicText];
    expect(await runCommand(words, { environment })).toMatchObject({ exitCode: 0, stderr: "" });
    vi.stubEnv("CHECKREIN_JOURNAL", `sqlite:${database}`);
    expect(await callCommand(verify, signed)).toMatchObject({ exitCode: 0 });
  });

  it("says what is not anchored yet, and ends with 0", async () => {
    const first = writeLines("first", [readFileSync(checkpoints, "utf8").split("\n")[0] ?? ""]);
    const { exitCode, stdout } = await callCommand(verify, [database, "--checkpoints", first, "--key", publicText]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("anchored through record 1, by");
    expect(stdout).toContain("; 42 later records not anchored yet\n");
  });

  it("says without a key that nothing is anchored, and ends with 0", async () => {
    const { exitCode, stdout } = await callCommand(verify, [database]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      "Nothing is anchored: whoever can write the whole journal could have written all of it anew.",
    );
  });

  it("says first what is wrong, and ends with 1", async () => {
    const changed = writeLines("changed", lines.with(6, lines[6]?.replace("allow", "refuse") ?? "").toSpliced(20, 3));
    const { exitCode, stdout } = await callCommand(verify, [changed, ...signed]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      new RegExp(
        `^2 problems:\n  line 7: record 7 of ${writer} was changed\n  records 21–23 of ${writer} are missing\n\n${writer}: records 1–43\n`,
      ),
    );
    expect(stdout).not.toContain("No problems");
  });

  describe("records of another writer", () => {
    const foreign = (): readonly string[] => [...lines, ...chain(OTHER, 3)];
    const said = `no checkpoint has seen any record of ${OTHER} (1–3)`;

    it("are a problem in a sidecar's own file", async () => {
      const { exitCode, stdout } = await callCommand(verify, [writeLines("foreign", foreign()), ...signed]);
      expect({ exitCode, stdout }).toMatchObject({ exitCode: 1, stdout: expect.stringContaining(said) });
    });

    it("are a problem in SQLite, whatever rows stand beside them", async () => {
      const path = at("foreign.sqlite");
      copyFileSync(database, path);
      const tables = new DatabaseSync(path);
      const rows = createRowWriter(tables);
      chain(OTHER, 3).forEach((line, index) => {
        rows.insert({ link: { seq: 100 + index, hash: linkOf(line).hash }, line, keys: JSON.parse(line) });
      });
      tables.close();
      const { exitCode, stdout } = await callCommand(verify, [path, ...signed]);
      expect({ exitCode, stdout }).toMatchObject({ exitCode: 1, stdout: expect.stringContaining(said) });
    });

    it("are told without checkpoints, too", async () => {
      const { exitCode, stdout } = await callCommand(verify, [writeLines("foreign", foreign())]);
      expect(exitCode).toBe(0);
      expect(stdout).toContain("There are 2 chains in one file, and a sidecar writes one");
    });

    it("may be those of a young replica in a stream of several", async () => {
      const command = `"$0" "$1" journal verify - ${signed.map((word) => `'${word}'`).join(" ")} < "$2"`;
      const { status, stdout } = spawnSync(
        "bash",
        ["-c", command, process.execPath, main, writeLines("foreign", foreign())],
        { encoding: "utf8" },
      );
      expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining("none of them is anchored") });
      expect(stdout).not.toContain("2 chains in one file");
    });
  });

  it("says it as JSON to a program", async () => {
    const cut = writeLines("cut", lines.slice(0, 30));
    const { exitCode, stdout } = await callCommand(verify, [cut, ...signed, "--json"]);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      isSigned: true,
      lines: 30,
      findings: [{ kind: "cut", writer, from: 31, to: 43, message: expect.stringContaining("missing at the end") }],
      chains: [{ writer, from: 1, to: 30 }],
    });
  });

  it("makes visible what somebody wrote into a checkpoint", async () => {
    const text = JSON.stringify({
      ...JSON.parse(readFileSync(checkpoints, "utf8").split("\n")[0] ?? ""),
      key: "\u001b[2J",
    });
    const forged = writeLines("forged", [text]);
    const { stdout } = await callCommand(verify, [database, "--checkpoints", forged, "--key", publicText]);
    expect(stdout).toContain("signed with another key (\\u{1b}[2J)");
  });

  it("takes the key from a file, in PEM or as one line, and several", async () => {
    const pem = pair.publicKey.export({ format: "pem", type: "spki" }).toString();
    for (const text of [pem, `${publicText}\n`, `${publicText}\n${publicText}\n`, pem + pem]) {
      writeFileSync(at("key"), text);
      expect(await callCommand(verify, [database, "--checkpoints", checkpoints, "--key", at("key")])).toMatchObject({
        exitCode: 0,
      });
    }
  });

  it.each([
    ["a word too many", ["a", "b"], '"b" is too much: name one journal'],
    ["an unknown option", ["--keys", "x"], "there is no option --keys: did you mean --key?"],
    ["checkpoints without a key", ["--checkpoints", checkpoints], "name it with --key"],
    ["a key without checkpoints", ["--key", publicText], "name the --checkpoints"],
    ["checkpoints that are not there", ["--key", publicText, "--checkpoints", at("nothing")], "are not there"],
    ["a key that is none", ["--key", "hello", "--checkpoints", checkpoints], "--key is no Ed25519 public key"],
  ])("ends with 2 for %s", async (_what, words, said) => {
    const { exitCode, stdout } = await callCommand(verify, words);
    expect(exitCode).toBe(2);
    expect(stdout).toContain(said);
  });

  it.each([
    ["that is not there", {}, [at("nothing")], "cannot be read: ENOENT"],
    ["that is none", { CHECKREIN_JOURNAL: "none" }, [], "CHECKREIN_JOURNAL is none): name a file that has one"],
    ["that went to stdout", { CHECKREIN_JOURNAL: "stdout" }, [], "name a file with its lines"],
  ])("ends with 1 for a journal %s", async (_what, environment, words, said) => {
    for (const [name, text] of Object.entries(environment)) vi.stubEnv(name, text);
    const { exitCode, stdout } = await callCommand(verify, words);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(said);
  });
});

describe("checkrein journal export", () => {
  it("prints the lines as they stand, so that they verify", async () => {
    const { exitCode, stdout } = await callCommand(exportLines, [database]);
    expect({ exitCode, lines: stdout.split("\n").slice(0, -1) }).toEqual({ exitCode: 0, lines });
    const piped = spawnSync(
      "bash",
      [
        "-c",
        '"$0" "$1" journal export "$2" | "$0" "$1" journal verify - --checkpoints "$3" --key "$4"',
        process.execPath,
        main,
        database,
        checkpoints,
        publicText,
      ],
      { encoding: "utf8" },
    );
    expect(piped).toMatchObject({ status: 0, stdout: expect.stringContaining("No problems."), stderr: "" });
  });

  it("gives lines that verify as a file that is a pipe, too", () => {
    const command = '"$0" "$1" journal verify <("$0" "$1" journal export "$2")';
    const { status, stdout } = spawnSync("bash", ["-c", command, process.execPath, main, database], {
      encoding: "utf8",
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining(`${writer}: records 1–43\n`) });
  });

  it("prints a part", async () => {
    const { stdout } = await callCommand(exportLines, [database, "--from", "5", "--to", "7"]);
    expect(stdout.split("\n").slice(0, -1)).toEqual(lines.slice(4, 7));
  });

  it("ends quietly when its reader has seen enough", async () => {
    const long = writeLines("long", Array.from({ length: 200 }, () => lines).flat());
    const command = '"$0" "$1" journal export "$2" | head -1; exit "${PIPESTATUS[0]}"';
    const { status, stdout, stderr } = spawnSync("bash", ["-c", command, process.execPath, main, long], {
      encoding: "utf8",
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: `${lines[0]}\n`, stderr: "" });
  });

  it.each([
    ["a word too many", ["a", "b"], '"b" is too much'],
    ["a record that is no number", ["--from", "x"], '"x" is no record: name it by its seq, like 1200'],
  ])("ends with 2 for %s", async (_what, words, said) => {
    const { exitCode, stdout } = await callCommand(exportLines, words);
    expect(exitCode).toBe(2);
    expect(stdout).toContain(said);
  });

  it("ends with 1 for a journal that is not there", async () => {
    expect(await callCommand(exportLines, [at("nothing")])).toMatchObject({ exitCode: 1 });
  });
});

describe("checkrein journal key", () => {
  it("prints a pair that signs and proves, another one each time", async () => {
    const pairs = await Promise.all([callCommand(journalKey, []), callCommand(journalKey, [])]);
    const [one = "", other] = pairs.map(({ stdout }) => stdout);
    const [, own = "", shown = ""] = /^private: (\S+)\npublic: {2}(\S+)\n\n/.exec(one) ?? [];
    expect(fingerprint(readPrivateKey(own))).toBe(fingerprint(readPublicKey(shown)));
    expect(one).toContain(`checkrein journal verify --key ${shown}`);
    expect(other).not.toContain(own);
  });

  it("takes no words", async () => {
    expect(await callCommand(journalKey, ["x"])).toMatchObject({ exitCode: 2 });
  });
});

describe("checkrein journal", () => {
  it("names its commands, and has help", async () => {
    expect(await callCommand(journal, ["verfy"])).toMatchObject({
      exitCode: 2,
      stdout: expect.stringContaining("did you mean checkrein journal verify?"),
    });
    expect(await callCommand(journal, ["key"])).toMatchObject({ exitCode: 0 });
    expect(await runCommand(["journal", "--help"])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("--checkpoints"),
    });
  });
});
