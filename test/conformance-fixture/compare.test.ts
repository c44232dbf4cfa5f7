// What `npm run conformance` calls a difference. A comparison that found none whatever came would be worse than none.
import { describe, expect, it } from "vitest";
import { compareClients, compareParts, compareServers } from "../../conformance/compare.ts";
import type { Check } from "../../conformance/suite.ts";
import { concernsTools } from "../../conformance/tool-scenarios.ts";

const check = (id: string, status: Check["status"]): Check => ({ id, name: id, status });
const passed = check("a", "SUCCESS");
const failed = check("a", "FAILURE");
const warned = check("a", "WARNING");
const skipped = check("a", "SKIPPED");
const log = check("request", "INFO");

const isSame = (bare: readonly Check[], behind: readonly Check[]): boolean =>
  compareServers(new Map([["s", bare]]), new Map([["s", behind]])).every(({ isAsWanted }) => isAsWanted);

describe("a server behind checkrein", () => {
  it("is as wanted when every check has the same outcome, in any order, whatever is logged", () => {
    expect(isSame([passed, check("b", "FAILURE"), log], [check("b", "FAILURE"), log, log, passed])).toBe(true);
  });

  it("is not when a check fails, is warned of, is skipped, is missing, is new, or is made less often", () => {
    for (const behind of [[failed], [warned], [skipped], [], [passed, failed], [passed]]) {
      expect(isSame([passed, passed], behind)).toBe(false);
    }
  });

  it("is not when a scenario did not run, or passes where it fails bare", () => {
    expect(compareServers(new Map([["s", []]]), new Map())[0]).toMatchObject({ isAsWanted: false });
    expect(isSame([failed], [passed])).toBe(false);
  });

  it("says what is different", () => {
    const [row] = compareServers(
      new Map([["s", [passed]]]),
      new Map([["s", [{ ...failed, errorMessage: "no answer" }]]]),
    );
    expect(row).toMatchObject({ bare: "1/0", behind: "0/1" });
    expect(row?.differences).toEqual(["bare only: SUCCESS a (a)", "behind only: FAILURE a (a) no answer"]);
  });
});

describe("a client behind checkrein", () => {
  const isRight = (bare: readonly Check[], behind: readonly Check[]): boolean =>
    compareClients("s", bare, behind).isAsWanted;

  it("is as wanted when the same things are seen, however often, or more", () => {
    expect(isRight([passed], [passed, passed])).toBe(true);
    expect(isRight([passed], [passed, check("b", "SUCCESS")])).toBe(true);
    expect(isRight([passed, check("b", "SKIPPED")], [passed])).toBe(true);
  });

  it("is not when one of them fails once, or nothing is seen", () => {
    for (const behind of [[passed, failed], [passed, warned], [failed, passed], [skipped], []]) {
      expect(isRight([passed], behind)).toBe(false);
    }
  });
});

describe("the tools at /mcp", () => {
  it("are as wanted when something passes and nothing fails", () => {
    expect(compareParts("s", [passed, passed], [passed, skipped]).isAsWanted).toBe(true);
    for (const part of [[], [skipped], [passed, failed], [passed, warned]]) {
      expect(compareParts("s", [passed], part).isAsWanted).toBe(false);
    }
  });

  it("are asked every scenario that is not named as left out", () => {
    const asked = ["tools-list", "server-stateless", "stateless", "input-required-result-tampered-state", "ping"];
    expect(asked.filter(concernsTools)).toEqual(asked);
    const left = ["prompts-list", "resources-read-text", "caching", "tasks-lifecycle", "logging-set-level"];
    expect(left.filter(concernsTools)).toEqual([]);
  });
});
