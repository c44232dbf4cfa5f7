// `checkrein journal tail`: calls of a running sidecar as they end, over both forms; ends when it is interrupted, or when nobody
// reads any longer.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openLinesSink } from "../../src/journal/lines-sink.ts";
import { asWritten, made, writeJournal } from "../journal/records.ts";
import { entryOf, openAt } from "../journal/open.ts";

let folder: string;
let children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "checkrein-tail-"));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

interface Tail {
  readonly child: ChildProcess;
  /** Calls that were shown. */
  readonly calls: () => readonly string[];
  readonly exit: Promise<number | null>;
}

const MAIN = new URL("../../src/main.ts", import.meta.url).pathname;

const tail = (words: readonly string[], shell?: string): Tail => {
  const own = [process.execPath, MAIN, "journal", "tail", ...words];
  const [program = "", ...rest] = shell === undefined ? own : ["sh", "-c", `"$@" ${shell}`, "sh", ...own];
  const child = spawn(program, rest, { env: { PATH: process.env["PATH"] } });
  children.push(child);
  let said = "";
  child.stdout.on("data", (text) => (said += String(text)));
  child.stderr.on("data", (text) => (said += String(text)));
  const exit = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  return {
    child,
    calls: () =>
      said
        .split("\n")
        .slice(0, -1)
        .map((line) => line.split(" ").at(-1) ?? ""),
    exit,
  };
};

const until = (calls: () => readonly string[], wanted: readonly string[]): Promise<void> =>
  expect.poll(calls, { timeout: 8000 }).toEqual(wanted);

describe.each(["sqlite", "lines"])("tail of a journal in %s", (form) => {
  it("shows the last calls, then each as it ends, and ends with an interrupt", async () => {
    const place = `${form}:${join(folder, "journal")}`;
    const journal = await openAt(place);
    for (const id of ["a", "b", "c"]) journal.record(entryOf(id));
    await journal.intend(entryOf("d"));
    const all = tail([place, "--most", "2"]);
    const chosen = tail([place, "--tool", "wanted"]);
    await until(all.calls, ["b", "c"]);
    await new Promise((resolve) => setTimeout(resolve, 600));
    journal.record(entryOf("d"));
    journal.record(entryOf("e", { call: { ...entryOf("e").call, tool: "wanted" } }));
    await until(all.calls, ["b", "c", "d", "e"]);
    await until(chosen.calls, ["e"]);
    for (const { child, exit } of [all, chosen]) {
      child.kill("SIGINT");
      expect(await exit).toBe(0);
    }
    await journal.close();
  });

  it("ends without a word when its reader has seen enough", async () => {
    const place = `${form}:${join(folder, "journal")}`;
    const journal = await openAt(place);
    for (const id of ["a", "b"]) journal.record(entryOf(id));
    await journal.intend(entryOf("c"));
    const head = tail([place], "| head -n 1");
    await until(head.calls, ["a"]);
    const timer = setInterval(() => journal.record(entryOf("more")), 100);
    expect(await head.exit).toBe(0);
    clearInterval(timer);
    expect(head.calls()).toEqual(["a"]);
    await journal.close();
  });
});

describe("tail of lines", () => {
  it("goes on over files that are full", async () => {
    const path = join(folder, "journal");
    const { sink } = await openLinesSink({ path, fullBytes: 400 });
    const ids = Array.from({ length: 12 }, (_, index) => `c${String(index).padStart(2, "0")}`);
    await sink.append([asWritten(made("first"))]);
    const { calls } = tail([path]);
    await until(calls, ["first"]);
    for (const id of ids) await sink.append([asWritten(made(id))]);
    await until(calls, ["first", ...ids]);
    expect(readdirSync(folder).length).toBeGreaterThan(4);
    await sink.close();
  });

  it("takes them from the standard input, until that ends", async () => {
    const path = writeJournal(folder, "lines", [made("a"), made("b", { tool: "other" })]);
    const { child, calls, exit } = tail(["-", "--tool", "get_order"]);
    child.stdin?.write(readFileSync(path));
    await until(calls, ["a"]);
    child.stdin?.end("no record\n");
    expect(await exit).toBe(0);
    expect(calls()).toEqual(["a"]);
  });
});
