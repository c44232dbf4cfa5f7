// The dashboard and the alert rules in deploy/: whatever they name is what a running sidecar exposes after some traffic, and the
// values that they ask for are ones that there are. What nobody exposes any more turns this red.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { refusalCodes } from "../../src/refusal.ts";
import { attributes } from "../../src/telemetry/names.ts";
import { modern, sendMcp } from "../ingress/mcp-wire.ts";
import { listOf, memberOf, membersOf } from "../support/json.ts";
import { scrape } from "./exposition.ts";
import { type Matcher, type Query, parseQuery } from "./promql.ts";
import { startTracedApp } from "./traced-app.ts";

const read = (path: string): string => readFileSync(new URL(`../../deploy/${path}`, import.meta.url), "utf8");
const rules = listOf(parse(read("prometheus/alerts.yaml")).groups).flatMap((group) =>
  listOf(memberOf(group, "rules")).map(membersOf),
);
const dashboard = membersOf(JSON.parse(read("grafana/checkrein.json")));
const panels = listOf(dashboard["panels"]).map(membersOf);
const targets = panels.flatMap((panel) => listOf(panel["targets"]).map(membersOf));

/** What Prometheus adds by itself. */
const OF_TARGET = ["job", "instance"];

/** Variables of Grafana stand for a time, or for text within quotes. */
const fill = (expression: string): string =>
  expression.replaceAll("$__rate_interval", "5m").replaceAll(/\$(job|instance)/g, "x");

interface Expression {
  readonly place: string;
  readonly query: Query;
  /** Labels that its title or text shows. */
  readonly shown: readonly string[];
}

const labelsIn = (text: string): readonly string[] =>
  [...text.matchAll(/\{\{\s*(?:\$labels\.)?(\w+)\s*\}\}/g)].map(([, label = ""]) => label);

const expressions: readonly Expression[] = [
  ...rules.map((rule) => ({
    place: String(rule["alert"]),
    query: parseQuery(String(rule["expr"])),
    shown: labelsIn(Object.values(membersOf(rule["annotations"])).join(" ")),
  })),
  ...targets.map((target) => ({
    place: String(target["expr"]),
    query: parseQuery(fill(String(target["expr"]))),
    shown: labelsIn(String(target["legendFormat"])),
  })),
];

/** Metric by name to the labels that it was seen with. */
let live: ReadonlyMap<string, ReadonlySet<string>>;
beforeAll(async () => {
  const app = await startTracedApp({ variables: { OTEL_SDK_DISABLED: "true" }, flags: ["--observe", "get_item"] });
  try {
    await app.call("get_item", { id: "x".repeat(61) });
    await app.call("get_item", {});
    await app.send({ method: "GET", target: "/nowhere", headers: [], body: undefined });
    await sendMcp(app.port, modern("tools/call", { name: "read", arguments: { path: "x" } }));
    await sendMcp(app.port, modern("resources/list", {}, { path: "/mcp/files" }));
    const seen = new Map<string, Set<string>>([["up", new Set()]]); // Prometheus' own
    for (const { name, labels } of await scrape(app))
      seen.set(name, new Set([...(seen.get(name) ?? []), ...Object.keys(labels)]));
    live = seen;
  } finally {
    await app.stop();
  }
});

const namesOf = ({ name }: Query["selectors"][number]): readonly string[] =>
  typeof name === "string" ? [name] : [...live.keys()].filter((one) => name.test(one));

const VALUES: Readonly<Record<string, readonly string[]>> = {
  code: [...Object.keys(refusalCodes), "ok", "tool_error", "answered"],
  class: [...new Set(Object.values(refusalCodes).map((entry) => entry.class)), "none"],
  blame: ["agent", "sidecar", "backend", "none"],
  forwarded: ["yes", "no", "unknown"],
  ingress: ["rest", "call", "check", "mcp", "lookup"],
  result: ["unchanged", "switched", "refused"],
  state: ["closed", "open", "half_open"],
};

const strangeValues = ({ label, operator, value }: Matcher): readonly string[] => {
  const known = VALUES[label];
  const asked = operator.endsWith("~") ? value.split("|") : [value];
  return known === undefined ? [] : asked.filter((one) => !known.includes(one));
};

describe("each expression of dashboard and alerts", () => {
  it.each(expressions.map((one) => [one.place, one] as const))(
    "names what is exposed: %s",
    (_place, { query, shown }) => {
      expect(query.selectors.length).toBeGreaterThan(0);
      const labels = new Set(OF_TARGET);
      for (const selector of query.selectors) {
        const names = namesOf(selector);
        expect(names.length, String(selector.name)).toBeGreaterThan(0);
        for (const name of names) {
          expect(live.has(name), name).toBe(true);
          const own = live.get(name) ?? new Set<string>();
          for (const label of own) labels.add(label);
          const strangers = selector.matchers.filter(({ label }) => !own.has(label) && !OF_TARGET.includes(label));
          expect(strangers, name).toEqual([]);
        }
        expect(selector.matchers.flatMap(strangeValues)).toEqual([]);
      }
      for (const label of [...query.grouping, ...shown]) expect([...labels]).toContain(label);
    },
  );
});

describe("the check itself", () => {
  it.each(["checkrein_call_total", 'checkrein_calls_total{colour="red"}', 'checkrein_calls_total{blame="nobody"}'])(
    "would find %s",
    (text) => {
      const [selector] = parseQuery(text).selectors;
      const own = live.get(String(selector?.name));
      const isStrange =
        own === undefined ||
        (selector?.matchers ?? []).some((one) => !own.has(one.label) || strangeValues(one).length > 0);
      expect(isStrange).toBe(true);
    },
  );
  it("reads PromQL, and nothing else", () => {
    expect(() => parseQuery("sum by (rate(x[5m])")).toThrow("no PromQL");
  });
});

describe("alert rules", () => {
  it("have a name of their own, a severity, and words that say what to do", () => {
    const names = rules.map((rule) => rule["alert"]);
    expect(new Set(names).size).toBe(names.length);
    for (const rule of rules) {
      expect(String(rule["alert"])).toMatch(/^Checkrein[A-Z]\w+$/);
      expect(["critical", "warning", "info"]).toContain(memberOf(rule["labels"], "severity"));
      const { summary, action, ...others } = membersOf(rule["annotations"]);
      expect([typeof summary, typeof action, Object.keys(others)]).toEqual(["string", "string", []]);
      expect(Object.keys(rule).toSorted()).toEqual(
        ["alert", "annotations", "expr", ...("for" in rule ? ["for"] : []), "labels"].toSorted(),
      );
      if ("for" in rule) expect(String(rule["for"])).toMatch(/^\d+m$/);
    }
  });
});

describe("an alert about calls that agents got wrong", () => {
  it.each(expressions.filter(({ query }) => query.grouping.includes("tool")).map((one) => [one.place, one] as const))(
    "is not on for good where a name is no tool's: %s",
    (_place, { query }) => {
      const selectors = query.selectors.filter(({ matchers }) =>
        matchers.some(({ label, value }) => label === "blame" && value === "agent"),
      );
      for (const { matchers } of selectors)
        expect(matchers).toContainEqual({ label: "tool", operator: "!=", value: "(unknown)" });
    },
  );
});

describe("docs/OPERATING.md", () => {
  const page = readFileSync(new URL("../../docs/OPERATING.md", import.meta.url), "utf8");
  it.each(Object.values(attributes).filter((name) => name.startsWith("checkrein.")))("explains %s", (name) => {
    expect(page).toContain(`\`${name}\``);
  });
});

describe("the dashboard", () => {
  it("has panels with places and ids of their own, and a query in each", () => {
    const ids = panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const places = new Set<string>();
    for (const panel of panels) {
      const { x, y, w, h } = membersOf(panel["gridPos"]);
      expect(Number(x) + Number(w)).toBeLessThanOrEqual(24);
      for (let column = Number(x); column < Number(x) + Number(w); column += 1)
        for (let line = Number(y); line < Number(y) + Number(h); line += 1) {
          expect(places.has(`${column} ${line}`), String(panel["title"])).toBe(false);
          places.add(`${column} ${line}`);
        }
      if (panel["type"] !== "row") expect(listOf(panel["targets"]).length).toBeGreaterThan(0);
    }
  });
});
