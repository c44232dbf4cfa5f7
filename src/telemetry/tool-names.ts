// Names of tools as values of a metric. With ten thousand tools a scrape would be megabytes: those that are called first have
// their name, the rest share one.
import { OTHER_TOOLS, UNKNOWN_TOOL } from "./names.ts";

const MOST_TOOLS = 1000;

/** For one instrument, or for several that are to call a tool by the same name. */
export const createToolNames = (): ((tool: string) => string) => {
  const named = new Set<string>();
  return (tool) => {
    if (tool === UNKNOWN_TOOL || named.has(tool)) return tool;
    if (named.size >= MOST_TOOLS) return OTHER_TOOLS;
    named.add(tool);
    return tool;
  };
};
