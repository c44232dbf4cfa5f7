// "Did you mean": near names are found, far ones are not guessed, and a hostile name costs little.
import { describe, expect, it } from "vitest";
import { listNearest, nearestNames } from "../src/nearest.ts";

const TOOLS = ["create_refund", "get_order", "search_orders", "get_label", "upload_note"];

describe("nearestNames", () => {
  it.each([
    ["create_refnd", ["create_refund"]],
    ["createRefund", ["create_refund"]],
    ["GET-ORDER", ["get_order"]],
    ["get_orders", ["get_order"]],
    ["serch_orders", ["search_orders"]],
    ["get_odrer", ["get_order"]],
    ["egt_order", ["get_order"]],
    ["delete_everything", []],
    ["", []],
    ["x", []],
    ["x".repeat(129), []],
  ])("of %s are %j", (wrong, names) => {
    expect(nearestNames(wrong, TOOLS)).toEqual(names);
  });

  it("are three at most, best first, and equal ones by name", () => {
    expect(nearestNames("tool_1", ["tool_4", "tool_3", "tool_2", "tool_11", "tool_5"])).toEqual([
      "tool_11",
      "tool_2",
      "tool_3",
    ]);
  });

  it("cost little among ten thousand", () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `${"a".repeat(60)}${index}`);
    const begun = performance.now();
    nearestNames(`${"a".repeat(60)}zzzz`, names);
    expect(performance.now() - begun).toBeLessThan(4000);
  });
});

describe("names in a list", () => {
  it("all stand there in their order where they fit", () => {
    expect(listNearest("c", ["b", "c", "a"], 10)).toBe("b, c, a");
    expect(listNearest("c", [], 10)).toBe("");
  });

  it("are cut where they do not, the nearest first, and the rest is counted", () => {
    const names = Array.from({ length: 60 }, (_, index) => `member_${index + 10}`);
    expect(listNearest("membr_42", names, 40)).toBe("member_42, member_12, member_22 and 57 more");
    expect(listNearest("", ["x".repeat(50), "y"], 40)).toBe(`${"x".repeat(50)} and 1 more`);
  });

  it("cost little among ten thousand", () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `${"a".repeat(60)}${index}`);
    const begun = performance.now();
    listNearest(`${"a".repeat(60)}zzzz`, names, 160);
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});
