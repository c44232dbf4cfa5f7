// The one table of codes is that of DESIGN section 5, and the README shows it.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type RefusalCode, refusalCodes, refuse, refuseAnswer } from "../src/refusal.ts";
import { describeSettings } from "../src/settings.ts";

type Row = readonly [codes: string, statuses: string, refusalClass: string, blame: string];

/** As the design has it: codes and statuses side by side; one status stands for all. */
const TABLE: readonly Row[] = [
  [
    "malformed_json duplicate_key unsafe_number invalid_encoding too_deep malformed_target duplicate_parameter invalid_request",
    "400",
    "fix_arguments",
    "agent",
  ],
  ["ambiguous_request header_mismatch", "400", "stop", "agent"],
  ["unauthenticated forbidden_origin misdirected", "401 403 421", "stop", "agent"],
  ["not_found unknown_tool method_not_allowed", "404 404 405", "fix_tool", "agent"],
  ["too_large target_too_long unsupported_media_type headers_too_large", "413 414 415 431", "fix_arguments", "agent"],
  ["invalid_arguments check_failed", "422", "fix_arguments", "agent"],
  ["precondition_missing", "409", "fix_order", "agent"],
  ["limit_reached busy not_now", "429 409 403", "wait", "agent"],
  ["forbidden_by_rule already_done stopped", "403 409 403", "stop", "agent"],
  ["approval_required outcome_unknown", "403 409", "ask_human", "agent"],
  ["not_recorded", "409", "stop", "agent"], // of a playback alone
  ["overloaded draining not_ready state_unavailable journal_unavailable", "503", "wait", "sidecar"],
  ["contract_drift", "503", "not_your_fault", "backend"],
  ["backend_error", "502", "not_your_fault", "backend"], // both are those of the backend's own answer
  ["upstream_unavailable upstream_redirect upstream_too_large invalid_output", "502", "not_your_fault", "backend"],
  ["upstream_outcome_unknown upstream_timeout", "502 504", "wait", "backend"], // ask_human after a write
  ["internal", "500", "not_your_fault", "sidecar"],
];

const wanted = TABLE.flatMap(([codes, statuses, refusalClass, blame]) => {
  const list = statuses.split(" ").map(Number);
  return codes.split(" ").map((code, index) => [code, list[index] ?? list[0], refusalClass, blame] as const);
});

describe("the table of codes", () => {
  it("has every code of the design and no other", () => {
    expect(Object.keys(refusalCodes).sort()).toEqual(wanted.map(([code]) => code).sort());
  });

  it.each(wanted)("%s is %i, %s, to be blamed on the %s", (code, status, refusalClass, blame) => {
    const entry = refusalCodes[code as RefusalCode]; // the test above compares the names
    expect([entry.status, entry.class, entry.blame]).toEqual([status, refusalClass, blame]);
    expect(entry.title).not.toBe("");
  });
});

describe("a refusal", () => {
  it("is frozen, forwarded nothing unless it says so, and takes status and class from the table", () => {
    const { refusal } = refuse("busy", "Wait.");
    expect(refusal).toEqual({
      code: "busy",
      status: 409,
      class: "wait",
      forwarded: "no",
      detail: "Wait.",
      issues: [],
      next: [],
    });
    expect(Object.isFrozen(refusal)).toBe(true);
  });

  it.each(["write", "destructive"] as const)("of an answer after a %s says that the call took place", (effect) => {
    const { refusal } = refuseAnswer(effect, "invalid_output", "Bad.", "why");
    expect(refusal).toMatchObject({ class: "stop", forwarded: "yes" });
    expect(refusal.detail).toContain("do not repeat it");
  });

  it("of an answer after a read does not", () => {
    expect(refuseAnswer("read", "invalid_output", "Bad.", "why").refusal).toMatchObject({
      class: "not_your_fault",
      detail: "Bad.",
    });
  });
});

const readme = ((): string => {
  try {
    return readFileSync(new URL("../README.md", import.meta.url), "utf8");
  } catch {
    return "";
  }
})();
/** The cells of the table between two marks, without code marks. */
const tableIn = (name: string): readonly (readonly string[])[] => {
  const [, text = ""] = readme.split(new RegExp(`<!-- /?${name} -->`));
  const rows = text.split("\n").filter((line) => line.startsWith("|") && !/^\|[\s:|-]+\|$/.test(line));
  return rows.slice(1).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.replaceAll("`", "").trim()),
  );
};

describe("the README", () => {
  it.skipIf(!readme.includes("<!-- codes -->"))("shows every code as it is", () => {
    const shown = tableIn("codes").map(([code, status, refusalClass, blame]) => [code, status, refusalClass, blame]);
    expect(shown.length).toBeGreaterThan(20);
    for (const [code = "", status, refusalClass, blame] of shown.filter(([name]) => name !== "backend_error"))
      expect(wanted).toContainEqual([code, Number(status), refusalClass?.split(";")[0], blame]);
    expect(shown.map(([code]) => code)).toContain("backend_error");
  });

  it.skipIf(!readme.includes("<!-- settings -->"))("shows every setting as it is", () => {
    const cells = tableIn("settings").map((row) => row.join(" "));
    for (const { variable, flag, default: text } of describeSettings())
      expect(cells.some((row) => row.includes(variable) && row.includes(flag) && row.includes(text))).toBe(true);
    expect(cells).toHaveLength(describeSettings().length);
  });
});
