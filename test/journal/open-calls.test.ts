// Which calls an earlier process left open: a lookup has the id of the call that it judges, and an end of its own.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Opened } from "../../src/journal/sink.ts";
import { openLinesSink } from "../../src/journal/lines-sink.ts";
import { openSqliteSink } from "../../src/journal/sqlite-sink.ts";
import { asWritten, made } from "./records.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "checkrein-open-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe.each(["sqlite", "lines"])("a journal in a %s file", (kind) => {
  const open = (): Promise<Opened> => {
    const path = join(folder, "journal");
    return kind === "sqlite" ? openSqliteSink(path) : openLinesSink({ path });
  };
  const leave = async (...records: readonly ReturnType<typeof made>[]): Promise<readonly unknown[]> => {
    const first = await open();
    await first.sink.append(records.map(asWritten));
    await first.sink.close();
    const next = await open();
    await next.sink.close();
    return next.open.map((line) => [Object(JSON.parse(line)).call, Object(JSON.parse(line)).ingress]);
  };
  const intent = { kind: "intent" };
  const lookup = { ingress: "lookup" };
  const start = { kind: "start" };

  it("tells a call whose lookup ended, and a lookup whose call ended", async () => {
    expect(
      await leave(
        start,
        made("a", { ...intent, ...lookup }),
        made("a", lookup),
        made("a", intent),
        made("b", { ...intent, ...lookup }),
        made("b", { ...intent, caller: 'c","ingress":"call' }),
        made("a", { ...intent, ...lookup }),
        made("a", lookup),
        made("b", { caller: 'c","ingress":"call' }),
      ),
    ).toEqual([
      ["a", "call"],
      ["b", "lookup"],
    ]);
  });

  it("tells nothing of what came before the last start", async () => {
    expect(await leave(start, made("a", intent), start, made("b", intent), made("c"))).toEqual([["b", "call"]]);
  });
});
