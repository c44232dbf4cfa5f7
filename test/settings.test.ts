// Settings: read strictly, from variables and flags; a mistake names the nearest right name and starts nothing.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { MOST_ATTEMPTS } from "../src/refusal.ts";
import { describeSettings, flagOf, readSettings, resolveReference, settingNames, variableOf } from "../src/settings.ts";

const problemsOf = (
  environment: Readonly<Record<string, string>>,
  flags: readonly string[] = [],
): readonly string[] => {
  const read = readSettings(environment, flags);
  return read.ok ? [] : read.problems;
};

describe("a setting", () => {
  it("has a default that can be written back as a flag and as a variable", () => {
    const standard = readSettings({});
    expect(standard.ok).toBe(true);
    for (const { variable, flag, default: text, purpose } of describeSettings()) {
      expect(purpose).not.toBe("");
      expect(readSettings({ [variable]: text })).toEqual(standard);
      expect(readSettings({}, [flag, text])).toEqual(standard);
      expect(readSettings({}, [`${flag}=${text}`])).toEqual(standard);
    }
    expect(describeSettings()).toHaveLength(settingNames.length);
  });

  it("is taken from the flag where both are given", () => {
    const read = readSettings({ CHECKREIN_PORT: "1000" }, ["--port", "2000"]);
    expect(read.ok && read.settings.port).toBe(2000);
  });

  it("allows as many attempts as a contract may", () => {
    expect(problemsOf({}, ["--max-attempts", String(MOST_ATTEMPTS)])).toEqual([]);
    expect(problemsOf({}, ["--max-attempts", String(MOST_ATTEMPTS + 1)])).toHaveLength(1);
  });

  it("is frozen", () => {
    const read = readSettings({});
    expect(read.ok && Object.isFrozen(read.settings)).toBe(true);
  });

  it("as a list takes names with commas", () => {
    const read = readSettings({ CHECKREIN_ALLOWED_HOSTS: " a.test, b.test ,," });
    expect(read.ok && read.settings.allowedHosts).toEqual(["a.test", "b.test"]);
  });
});

describe("a mistake", () => {
  it.each(settingNames)("in the name of %s names the right one", (name) => {
    const [variable, flag] = [variableOf(name), flagOf(name)];
    const misspelt = (text: string): string => `${text.slice(0, -1)}${text.endsWith("x") ? "y" : "x"}`;
    expect(problemsOf({ [misspelt(variable)]: "1" })).toEqual([expect.stringContaining(`did you mean ${variable}?`)]);
    expect(problemsOf({}, [misspelt(flag), "1"])[0]).toContain(`did you mean ${flag}?`);
  });

  it.each([" 1", "1 ", "0x10", "1e3", "1.5", "-1", "+1", "NaN", "65536", "99999999999999999999", "١"])(
    "in a number is refused: %j",
    (text) => {
      expect(problemsOf({ CHECKREIN_PORT: text })).toEqual([expect.stringMatching(/^CHECKREIN_PORT \(--port\) is "/)]);
    },
  );

  it("in a variable is not that it is empty: compose writes that for one that is not set", () => {
    expect(problemsOf({ CHECKREIN_PORT: "", CHECKREIN_HOST: "" })).toEqual([]);
    expect(problemsOf({}, ["--port", ""])).toHaveLength(1);
  });

  it.each([[["--port"]], [["--port", "--host", "x"]], [["port", "1"]], [["--", "1"]]])(
    "in the flags is refused: %j",
    (flags) => {
      expect(problemsOf({}, flags).length).toBeGreaterThan(0);
    },
  );

  it("in a choice is refused", () => {
    expect(problemsOf({ CHECKREIN_LOG_LEVEL: "loud" })).toHaveLength(1);
  });

  it("is told together with all others", () => {
    expect(problemsOf({ CHECKREIN_PORT: "x", CHECKREIN_DRAIN_MS: "x", CHECKREIN_NOPE: "1" }, ["--nope"])).toHaveLength(
      4,
    );
  });

  it("leaves variables of others alone", () => {
    expect(problemsOf({ PATH: "x", CHECKREINS: "x", checkrein_port: "x" })).toEqual([]);
  });
});

describe("a reference", () => {
  const folder = mkdtempSync(join(tmpdir(), "checkrein-settings-"));
  const file = join(folder, "token");
  writeFileSync(file, "from-file\n");

  it.each([
    [{ TOKEN: "direct" }, "direct"],
    [{ TOKEN_FILE: file }, "from-file"],
    [{ TOKEN: "direct", TOKEN_FILE: file }, "direct"],
    [{ TOKEN: "", TOKEN_FILE: file }, "from-file"],
    [{}, undefined],
    [{ TOKEN: "" }, undefined],
  ])("in %j is %j", (environment, value) => {
    expect(resolveReference(environment, "TOKEN")).toBe(value);
  });

  it("to a file that is not there throws", () => {
    expect(() => resolveReference({ TOKEN_FILE: join(folder, "none") }, "TOKEN")).toThrow();
    rmSync(folder, { recursive: true });
  });
});
