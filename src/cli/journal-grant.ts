// A run's grant in a few lines: what it may call, with which arguments, how often.
import { type JsonObject, isJsonObject, memberOf } from "../call.ts";
import { visible } from "../contract/lock/visible.ts";
import { listOf, shown } from "./admin-port.ts";

export const describeGrant = (grant: JsonObject): readonly string[] => [
  ...namesIn(grant, "tools", "call"),
  ...restrictionsOf(grant),
  ...listOf(grant, "limits").map(describeLimit),
  ...namesIn(grant, "messages", "send other messages to"),
];

const namesIn = (grant: JsonObject, name: string, what: string): readonly string[] => {
  const list = memberOf(grant, name);
  if (!Array.isArray(list)) return [];
  return [`${what} ${list.length === 0 ? "nothing" : list.map((one) => visible(String(one))).join(", ")}`];
};

const restrictionsOf = (grant: JsonObject): readonly string[] => {
  const tools = memberOf(grant, "arguments");
  if (!isJsonObject(tools)) return [];
  return Object.entries(tools).flatMap(([tool, restrictions]) =>
    isJsonObject(restrictions)
      ? Object.keys(restrictions).map((name) => visible(`${tool}, ${name}: `) + shown(restrictions, name))
      : [],
  );
};

const describeLimit = (limit: JsonObject): string => {
  const tools = memberOf(limit, "tools");
  const which = Array.isArray(tools) ? ` of ${tools.map((one) => visible(String(one))).join(", ")}` : "";
  const window = memberOf(limit, "windowMs");
  const span = typeof window === "number" ? `${window / 1000} s` : "its whole life";
  return `make ${shown(limit, "calls")} calls${which} in ${span}`;
};
