// Which recorded run a live run follows in a playback, and what the playback's own journal says of it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CallRecord } from "../../src/journal/record-form.ts";
import { type Casting, createCasting } from "../../src/rehearse/casting.ts";
import type { Recorded } from "../../src/rehearse/recording.ts";
import { type Script, createScript } from "../../src/rehearse/script.ts";
import { type RunningApp, startRunningApp } from "../support/running-app.ts";
import { callerNamed } from "../support/someone.ts";
import { folder, give, look, record, refund, startOrders, stopOrders, toolFolder } from "./recorded-orders.ts";

beforeAll(startOrders);
afterAll(stopOrders);

const tools = { look, refund: refund("limit(2)") };
const start = (playback: string, ...flags: readonly string[]): Promise<RunningApp> =>
  startRunningApp({ contracts: toolFolder(tools), environment: {}, flags: ["--playback", playback, ...flags] });

const calls = async ({ call }: RunningApp): Promise<readonly unknown[]> => {
  const answers = [await call("look", { id: "a" })];
  for (const amount of [1, 2, 3]) answers.push(await call("refund", give(amount)));
  return answers.map(({ status, code, text }) => [status, code, text.replace(/"call":"[^"]*"/, "")]);
};

describe("a playback", () => {
  let recorded: readonly unknown[];
  let journal: string;
  beforeAll(async () => {
    journal = await record(tools, async (app) => {
      recorded = await calls(app);
    });
  });

  it("begins anew when a run that has come to its end begins again", async () => {
    const app = await start(journal);
    for (let time = 0; time < 3; time += 1) expect(await calls(app)).toEqual(recorded);
    await app.stop();
  });

  it("says in a journal of its own that nothing was called, and whose end it gave", async () => {
    const own = join(folder, "own");
    const app = await start(journal, "--journal", `lines:${own}`);
    await calls(app);
    await app.call("refund", give(9));
    await app.stop();
    const records = readFileSync(own, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => Object(JSON.parse(line)));
    expect(records[0]).toMatchObject({ kind: "start", playback: journal });
    const written = records.filter(({ kind }) => kind === "call");
    expect(written.map(({ forwarded }) => forwarded)).toEqual(["no", "no", "no", "no", "no"]);
    expect(written.every(({ played }) => typeof played === "string")).toBe(true);
    expect(written.at(-1)).toMatchObject({ code: "not_recorded", decision: "refuse" });
  });

  it("tells of a tool that does not exist as ever", async () => {
    const app = await start(journal);
    expect(await app.call("lok", { id: "a" })).toMatchObject({ status: 404, code: "unknown_tool" });
    await app.stop();
  });

  it("is not started over its own journal, with observe, or without any call to play", async () => {
    await expect(start(journal, "--journal", `lines:${journal}`)).rejects.toMatchObject({
      problems: [{ place: "CHECKREIN_JOURNAL" }],
    });
    await expect(start(journal, "--observe", "all")).rejects.toMatchObject({
      problems: [{ place: "CHECKREIN_OBSERVE" }],
    });
    await expect(start("package.json")).rejects.toThrow("no recorded call");
  });
});

describe("casting", () => {
  const of = (caller: string, run: string, tool: string): Recorded => {
    const record = { call: `${run}-${tool}`, caller, run, tool } as CallRecord; // all that casting looks at
    const call = {
      ...callerNamed(caller),
      id: record.call,
      tool,
      arguments: {},
      ingress: "call",
      signal: undefined,
    } as const;
    return {
      kind: "call",
      record,
      call: { ...call, run: { ...call.run, id: run } },
      isKnown: true,
      isAlone: true,
      begins: 0,
      ends: 1,
      at: 0,
    };
  };
  const scriptOf = (...calls: readonly Recorded[]): Script => createScript(calls, ({ record }) => record.tool);
  const scripts = [
    scriptOf(of("ann", "r1", "look"), of("ann", "r1", "pay")),
    scriptOf(of("ann", "r2", "look"), of("ann", "r2", "leave")),
    scriptOf(of("bob", "r3", "look")),
  ];
  const ask = (casting: Casting, { call }: Recorded): string | undefined => {
    const { one, expected } = casting.play(call, call.tool);
    return one?.record.call ?? `not ${expected.map(({ record }) => record.call).join(",")}`;
  };

  it("follows runs of the same caller alone, those not followed yet first", () => {
    const casting = createCasting(scripts);
    expect(ask(casting, of("ann", "live1", "look"))).toBe("r1-look");
    expect(ask(casting, of("ann", "live2", "look"))).toBe("r2-look");
    expect(ask(casting, of("bob", "live3", "look"))).toBe("r3-look");
    expect(ask(casting, of("eve", "live4", "look"))).toBe("not ");
    expect(ask(casting, of("ann", "live2", "pay"))).toBe("not r2-leave");
    expect(ask(casting, of("ann", "live5", "leave"))).toBe("not r1-look,r2-look");
  });

  it("follows the run that has its own id, and begins that anew behind its end", () => {
    const casting = createCasting(scripts);
    const asked = ["leave", "look", "look", "leave"].map((tool) => ask(casting, of("ann", "r2", tool)));
    expect(asked).toEqual(["r2-leave", "r2-look", "r2-look", "r2-leave"]);
  });

  it("costs what it costs, however often the same call stands in a run", () => {
    const script = scriptOf(...Array.from({ length: 50_000 }, () => of("ann", "r", "poll")));
    const casting = createCasting([script]);
    const begun = performance.now();
    for (let index = 0; index < 50_000; index += 1)
      ask(casting, of("ann", "live", index % 2 === 0 ? "poll" : "strange"));
    expect(performance.now() - begun).toBeLessThan(5000);
  });
});
