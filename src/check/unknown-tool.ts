// Calls of what is no tool for whoever asks.
import type { ToolCall } from "../call.ts";
import type { Catalog } from "../contract/contract.ts";
import { type Refused, refuse } from "../refusal.ts";
import { permits } from "../run/narrow.ts";

/** Nothing that the agent writes in another way would make it one. */
export const refuseLocal = (tool: string): Refused =>
  refuse("invalid_request", `${tool} runs in the agent: it can be checked, not called.`, { class: "stop" });

/** A tool that the run may not use is told like one that does not exist; what can be checked only is no tool to call. */
export const refuseUnknownTool = (catalog: Catalog, { tool, run, ingress }: ToolCall): Refused => {
  const isCallable = (name: string): boolean =>
    permits(run, name) && (ingress === "check" || catalog.find(name)?.operation.kind !== "local");
  const names = catalog.nearest(tool, isCallable);
  const next = names.map((name) => ({ tool: name, why: "has the nearest name" }));
  const hint = names.length === 0 ? "GET /tools lists the tools that exist." : `Nearest: ${names.join(", ")}.`;
  return refuse("unknown_tool", `There is no tool with this name. ${hint}`, { next });
};
