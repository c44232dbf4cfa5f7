// F22 with the sidecar as its own process, killed in the middle of many calls, again and again, over one journal: what has effect
// is in the journal before the backend sees it, the chain goes on, and what of it was half written is set apart. LONG=1: 50 kills.
import { readdirSync } from "node:fs";
import { type Server, createServer } from "node:http";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { readLink } from "../../src/journal/chain.ts";
import { verify } from "../../src/cli/journal-verify.ts";
import { callCommand } from "../cli/command.ts";
import { type ChildServer, startChild } from "../support/child-server.ts";
import { probeDocument } from "../support/probe.ts";
import { isLong } from "../support/seed.ts";
import { type ToolFolder, writeToolFolder } from "../support/tool-folder.ts";
import { type Read, linesOf, recordsOf } from "./open.ts";

const KILLS = isLong ? 50 : 4;
const LOOPS = 16;

let server: Server;
let folder: ToolFolder;
/** What the backend has seen, by the name in its body. */
const seen = new Set<string>();
beforeAll(async () => {
  server = createServer((request, response) => {
    void text(request).then((body) => {
      if (request.method === "POST") seen.add(String(Object(JSON.parse(body)).name));
      setTimeout(
        () => response.writeHead(200, { "content-type": "application/json" }).end('{"id":"a"}'),
        Math.random() * 20,
      );
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  folder = writeToolFolder({
    document: probeDocument,
    backend: "deadlineMs: 5000",
    tools: { get_item: 'operation: api.get("/items/{id}")', create_item: 'operation: api.post("/items")' },
  });
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
  folder.remove();
});

const start = (journal: string): Promise<ChildServer> => {
  const port = Object(server.address()).port as number; // it listens on TCP
  const flags = [
    `--contracts=${folder.path}`,
    "--port=0",
    "--admin-port=0",
    `--journal=${journal}`,
    "--anonymous=true",
  ];
  const environment = {
    API_URL: `http://127.0.0.1:${port}`,
    API_TOKEN: "canary-77ab-token-of-the-killed",
    CHECKREIN_LOG_LEVEL: "info",
  };
  const more = [`--state-directory=${join(folder.path, "state")}`, "--state=memory"];
  return startChild({ arguments: ["src/main.ts", "serve", ...flags, ...more], environment });
};

interface Answered {
  readonly call: string;
  readonly isWrite: boolean;
}

/** Calls until the sidecar is gone. */
const callOn = async (child: ChildServer, prefix: string, answered: Answered[]): Promise<void> => {
  for (let index = 0; ; index += 1) {
    const isWrite = index % 2 === 0;
    const body = isWrite
      ? { tool: "create_item", arguments: { name: `${prefix}-${index}` } }
      : { tool: "get_item", arguments: { id: "a" } };
    try {
      const answer = await fetch(`${String(child.ready["data"])}/call`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      await answer.text();
      if (answer.status === 200) answered.push({ call: String(answer.headers.get("checkrein-call")), isWrite });
    } catch {
      return;
    }
  }
};

const killOnce = async (journal: string, round: string, answered: Answered[]): Promise<void> => {
  const child = await start(journal);
  const loops = Array.from({ length: LOOPS }, (_, loop) => callOn(child, `${round}-${loop}`, answered));
  const before = answered.length;
  await vi.waitUntil(() => answered.slice(before).some(({ isWrite }) => !isWrite), 20_000); // a busy machine has not begun yet
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 400));
  await child.kill();
  await Promise.all(loops);
};

describe.each(["sqlite", "lines"])("a sidecar that is killed under load, with a journal in a %s file", (kind) => {
  it(
    `loses nothing that has effect in ${KILLS} kills, and its chain stays whole`,
    async () => {
      const journal = `${kind}:${join(folder.path, `${kind}-journal`)}`;
      const answered: Answered[] = [];
      seen.clear();
      for (let kill = 0; kill < KILLS; kill += 1) await killOnce(journal, `${kind}-${kill}`, answered);
      const last = await start(journal);
      last.process.kill("SIGTERM");
      await once(last.process, "exit");
      expectWhole(linesOf(journal));
      const records = recordsOf(journal);
      expectIntents(records);
      expectOneRecordEach(records, answered);
      expectUncleanEnds(records);
      await expectCounted(journal);
    },
    isLong ? 300_000 : 120_000,
  );

  /** Counted for whoever verifies. */
  const expectCounted = async (journal: string): Promise<void> => {
    const { exitCode, stdout } = await callCommand(verify, [journal]);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining(`the sidecar was killed ${KILLS} times`)]);
  };

  const expectWhole = (lines: readonly string[]): void => {
    const links = lines.map(readLink);
    expect(links).not.toContain(undefined);
    for (const [index, link] of links.entries()) {
      expect(link?.seq).toBe(index + 1);
      expect(link?.prev).toBe(links[index - 1]?.hash ?? null);
    }
  };

  /** Whatever the backend has seen was in the journal before. */
  const expectIntents = (records: readonly Read[]): void => {
    const intended = new Set(
      records.filter((record) => record["kind"] === "intent").map((record) => Object(record["arguments"]).name),
    );
    expect([...seen].filter((name) => !intended.has(name))).toEqual([]);
    expect(seen.size).toBeGreaterThan(KILLS * 4);
  };

  /** Each intent has one end; each answered write has a record; of answered reads those of the last moment may be missing. */
  const expectOneRecordEach = (records: readonly Read[], answered: readonly Answered[]): void => {
    const ends = records.filter((record) => record["kind"] === "call").map(({ call }) => String(call));
    expect(new Set(ends).size).toBe(ends.length);
    const ended = new Set(ends);
    expect(records.filter((record) => record["kind"] === "intent" && !ended.has(String(record["call"])))).toEqual([]);
    expect(answered.filter(({ call, isWrite }) => isWrite && !ended.has(call))).toEqual([]);
    const reads = answered.filter(({ isWrite }) => !isWrite);
    const lost = reads.filter(({ call }) => !ended.has(call)).length;
    expect(lost).toBeLessThan(reads.length / 2);
    const unknown = records.filter(({ settled, note }) => settled === "unknown" && note !== undefined).length;
    const torn = readdirSync(folder.path).filter((name) => name.includes(".torn-")).length;
    process.stdout.write(
      `${kind}: ${KILLS} kills, ${answered.length} answered calls, ${records.length} records; ${unknown} closed as unknown, ` +
        `${lost} reads of the last moment lost, ${torn} torn tails set apart\n`,
    );
  };

  /** A start that no end comes before: whoever reads the journal sees where reads may be missing. */
  const expectUncleanEnds = (records: readonly Read[]): void => {
    const own = records.map(({ kind: one }) => one).filter((one) => one === "start" || one === "stop");
    expect(own).toEqual([...Array.from({ length: KILLS + 1 }, () => "start"), "stop"]);
  };
});
