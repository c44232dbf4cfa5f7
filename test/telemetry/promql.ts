// PromQL, parsed by Prometheus' own grammar: which metrics an expression asks for, and which labels of them.
import { parser } from "@prometheus-io/lezer-promql";

export interface Matcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

export interface Selector {
  /** By name, or by a regular expression over names. */
  readonly name: string | RegExp;
  readonly matchers: readonly Matcher[];
}

export interface Query {
  readonly selectors: readonly Selector[];
  /** Labels that it groups or matches by. */
  readonly grouping: readonly string[];
}

/** Throws for what is no PromQL. */
export const parseQuery = (expression: string): Query => {
  const selectors: { name: string | RegExp; matchers: Matcher[] }[] = [];
  const grouping: string[] = [];
  parser.parse(expression).iterate({
    enter: ({ name, from, to, node, type }) => {
      const text = expression.slice(from, to);
      if (type.isError) throw new Error(`no PromQL at ${from}: ${expression}`);
      if (name === "VectorSelector") selectors.push({ name: "", matchers: [] });
      if (name === "Identifier") selectors.at(-1)!.name = text; // stands in a selector alone
      if (name === "LabelName" && node.parent?.name === "GroupingLabels") grouping.push(text);
      if (name === "UnquotedLabelMatcher") selectors.at(-1)!.matchers.push(readMatcher(text));
    },
  });
  return { selectors: selectors.map(withName), grouping };
};

const readMatcher = (text: string): Matcher => {
  const [, label = "", operator = "", value = ""] = /^(\w+)\s*(=~|!~|!=|=)\s*(.*)$/s.exec(text) ?? [];
  return { label, operator, value: String(JSON.parse(value)) };
};

const withName = ({ name, matchers }: Selector): Selector => {
  const named = matchers.find(({ label }) => label === "__name__");
  if (named === undefined) return { name, matchers };
  const others = matchers.filter((matcher) => matcher !== named);
  return { name: named.operator === "=~" ? new RegExp(`^(?:${named.value})$`) : named.value, matchers: others };
};
