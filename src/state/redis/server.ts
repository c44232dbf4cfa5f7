// How the server is set up: what would lose counts without a word is trouble, what may lose them in a crash is a warning.
import type { Command } from "./connection.ts";

export interface ServerReport {
  readonly trouble: string | undefined;
  readonly warnings: readonly string[];
}

/** What a server does not let us see is taken as right: hosted ones hide their configuration. */
export const inspectServer = async (send: Command): Promise<ServerReport> => {
  const info = await read(async () => fieldsOf(await send(["INFO"])));
  const config = await read(async () => pairsOf(await send(["CONFIG", "GET", "append*"])));
  const policy = info.get("maxmemory_policy") ?? "noeviction";
  const warnings: string[] = [];
  if (info.get("aof_enabled") === "0") {
    warnings.push("Redis keeps no append-only file: what it counted is lost when it restarts. Set appendonly yes");
  } else if ((config.get("appendfsync") ?? "always") !== "always") {
    warnings.push("Redis may lose what it counted last when it crashes. Set appendfsync always");
  }
  const trouble =
    policy === "noeviction"
      ? undefined
      : `Redis may drop what it counts when its memory is full (maxmemory-policy ${policy}). Set maxmemory-policy noeviction`;
  return { trouble, warnings };
};

const read = async (ask: () => Promise<ReadonlyMap<string, string>>): Promise<ReadonlyMap<string, string>> => {
  try {
    return await ask();
  } catch {
    return new Map();
  }
};

const fieldsOf = (answer: unknown): ReadonlyMap<string, string> =>
  new Map(
    String(answer)
      .split("\r\n")
      .map((line) => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon), line.slice(colon + 1)] as const;
      }),
  );

const pairsOf = (answer: unknown): ReadonlyMap<string, string> => {
  const items: readonly unknown[] = Array.isArray(answer) ? answer : [];
  const pairs = new Map<string, string>();
  for (let at = 0; at + 1 < items.length; at += 2) pairs.set(String(items[at]), String(items[at + 1]));
  return pairs;
};
