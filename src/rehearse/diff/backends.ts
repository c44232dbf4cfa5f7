// Backends, old and new, by their names: where calls go and with what right, and what passes beside tools.
import type { BackendDeclaration, McpBackendDeclaration, RestBackendDeclaration } from "../../contract/contract.ts";
import { canonicalJson } from "../../json/canonical.ts";
import { type Pair, type ToolFinding, byOrder, bySet, found, mapPair } from "./finding.ts";

export const compareBackends = ({ old, now }: Pair<BackendDeclaration>): readonly ToolFinding[] => {
  if (old.kind === "rest" && now.kind === "rest") return compareRest({ old, now });
  if (old.kind === "mcp" && now.kind === "mcp") return compareMcp({ old, now });
  return [found("breaks", "kind", `${old.kind} → ${now.kind}`), found("widens", "kind", "calls go elsewhere")];
};

const compareRest = (pair: Pair<RestBackendDeclaration>): readonly ToolFinding[] => [
  ...another(
    "url",
    mapPair(pair, ({ url }) => url),
    "calls go elsewhere, or to the same place under another name",
  ),
  ...another(
    "credential",
    mapPair(pair, ({ credential }) => credential),
    "what it may do is not written here",
  ),
  ...(pair.old.mount === pair.now.mount ? [] : [found("breaks", "mount", `${pair.old.mount} → ${pair.now.mount}`)]),
  ...compareNetworks(mapPair(pair, ({ networks }) => networks)),
  ...compareAnswers(pair),
];

const compareMcp = (pair: Pair<McpBackendDeclaration>): readonly ToolFinding[] => {
  const networks = mapPair(pair, ({ server }) => (server.kind === "http" ? server.networks : undefined));
  const servers = mapPair(pair, ({ server }) => ({ ...server, networks: undefined }));
  return [
    ...another("server", servers, "another server, or the same one started otherwise"),
    ...compareNetworks(networks),
    ...compareAllow(mapPair(pair, ({ allow }) => allow)),
    ...compareAnswers(pair),
  ];
};

const compareAnswers = (pair: Pair<BackendDeclaration>): readonly ToolFinding[] =>
  byOrder(
    "maxResponseBytes",
    mapPair(pair, ({ maxResponseBytes }) => maxResponseBytes),
    String,
  );

const another = (place: string, { old, now }: Pair<unknown>, why: string): readonly ToolFinding[] =>
  canonicalJson(old) === canonicalJson(now) ? [] : [found("unclear", place, `not as it was: ${why}`)];

/** Ranges are compared as they are written. Without any, all addresses are good that are not forbidden everywhere. */
const compareNetworks = ({ old, now }: Pair<readonly string[] | undefined>): readonly ToolFinding[] => {
  if (old === undefined && now === undefined) return [];
  if (now === undefined) return [found("widens", "networks", "any address is good")];
  if (old === undefined) return [found("unclear", "networks", `${now.join(", ")} and no others`)];
  const changes = bySet("networks", { old, now });
  const isClear = changes.every(({ change }) => change === changes[0]?.change);
  return isClear ? changes : changes.map(({ message }) => found("unclear", "networks", message));
};

const compareAllow = (pair: Pair<McpBackendDeclaration["allow"]>): readonly ToolFinding[] =>
  bySet(
    "allow",
    mapPair(pair, (allow) =>
      Object.entries(allow).flatMap(([name, entry]: [string, boolean | readonly string[]]) => {
        if (typeof entry === "boolean") return entry ? [name] : [];
        return entry.map((glob) => `${name} ${glob}`);
      }),
    ),
  );
