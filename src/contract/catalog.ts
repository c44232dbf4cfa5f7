// All loaded contracts, by tool name and by route. Immutable: a reload makes another one.
import { createHash } from "node:crypto";
import { nearestNames } from "../nearest.ts";
import { onlyNear } from "../slip.ts";
import type {
  BackendDeclaration,
  Catalog,
  Contract,
  RestBackendDeclaration,
  RestOperation,
  Route,
} from "./contract.ts";
import type { DocumentPaths } from "./document/paths.ts";
import { type KnownPath, type Sent, nearRoutes } from "./near-routes.ts";
import type { Rule } from "./rule/rule.ts";
import { isDurable, traceRules } from "./rule/trace.ts";

/** A backend with the paths of its document. */
export interface Mounted {
  readonly declaration: RestBackendDeclaration;
  readonly paths: DocumentPaths;
}

/** A contract that owns a route, with its operation. */
interface Owner {
  readonly contract: Contract;
  readonly operation: RestOperation;
}

type Methods = Map<string, Owner>;

interface Mount {
  readonly prefix: readonly string[];
  readonly paths: DocumentPaths;
  /** By the path as the table knows it. */
  readonly owners: Map<object, Methods>;
}

/** `unmounted`: backends that no request reaches by a path of theirs. */
export const createCatalog = (
  contracts: readonly Contract[],
  mounted: readonly Mounted[],
  unmounted: readonly BackendDeclaration[] = [],
): Catalog => {
  const sorted = [...contracts].sort((left, right) => (left.tool < right.tool ? -1 : 1));
  const byTool = new Map(sorted.map((contract) => [contract.tool, contract]));
  const mounts = mounted
    .map((backend) => createMount(backend, sorted))
    .sort((left, right) => right.prefix.length - left.prefix.length);
  const names = [...byTool.keys()];
  const known = mounts.flatMap(pathsOf);
  const traces = traceRules(sorted);
  return Object.freeze({
    contracts: Object.freeze(sorted),
    backends: Object.freeze([...mounted.map(({ declaration }) => declaration), ...unmounted]),
    callers: [],
    find: (tool: string) => byTool.get(tool),
    traceOf: (tool: string) => traces.get(tool),
    needsState: sorted.some(({ rules }) => rules.some(({ kind }) => !WITHOUT_STATE.has(kind))),
    needsDurableState: sorted.some(({ rules }) => rules.some(isDurable)),
    route: (method: string, segments: readonly string[]) => routeIn(mounts, method, segments),
    nearest: (tool: string, isThere: (name: string) => boolean) => nearestIn(names, tool, isThere),
    nearestRoutes: (sent: Sent, isThere: (tool: string) => boolean) => nearRoutes(known, sent, isThere),
    digest: createHash("sha256")
      .update(sorted.map(({ digest }) => digest).join("\n"))
      .digest("hex"),
  });
};

/** What `lookup` reads, a backend knows. */
const WITHOUT_STATE: ReadonlySet<Rule["kind"]> = new Set(["during", "check", "lookup"]);

/** One alone where it is the only one that can have been meant. */
const nearestIn = (names: readonly string[], tool: string, isThere: (name: string) => boolean): readonly string[] => {
  const near = nearestNames(tool, names, isThere);
  const only = onlyNear(tool, near);
  return only === undefined ? near : [only];
};

const createMount = ({ declaration, paths }: Mounted, contracts: readonly Contract[]): Mount => {
  const owners = new Map<object, Methods>();
  for (const contract of contracts) {
    const { operation } = contract;
    if (operation.kind !== "rest" || operation.backend !== declaration || !contract.ownsRoute) continue;
    const methods: Methods = owners.get(operation.path) ?? new Map();
    owners.set(operation.path, methods.set(operation.method, { contract, operation }));
  }
  return { prefix: mountPrefix(declaration), paths, owners };
};

const pathsOf = ({ prefix, owners }: Mount): readonly KnownPath[] =>
  [...owners.values()].flatMap((methods) => {
    const all = [...methods.values()];
    const [first] = all;
    if (first === undefined) return [];
    const { template, segments } = first.operation.path;
    const ways = all.map(({ contract, operation }) => ({ method: operation.method, tool: contract.tool }));
    return [{ prefix, template, segments, methods: ways }];
  });

/** The segments under which a backend's own paths stand. */
export const mountPrefix = ({ mount }: RestBackendDeclaration): readonly string[] =>
  mount === "/" ? [] : mount.slice(1).split("/");

const NOT_FOUND: Route = Object.freeze({ kind: "not_found" });

/** The longest mount wins; inside it the document's most concrete path does, with or without a contract. */
const routeIn = (mounts: readonly Mount[], method: string, segments: readonly string[]): Route => {
  const mount = mounts.find(({ prefix }) => prefix.every((part, index) => segments[index] === part));
  if (mount === undefined) return NOT_FOUND;
  const own = segments.slice(mount.prefix.length);
  const path = mount.paths.match(own.map(decodeOrKeep));
  if (path === undefined || path === "contested" || !mount.paths.hasExactLiterals(path, own)) return NOT_FOUND;
  const methods = mount.owners.get(path);
  if (methods === undefined) return NOT_FOUND;
  const owner = methods.get(method);
  if (owner !== undefined) return { kind: "contract", ...owner, segments: own };
  return {
    kind: "method_not_allowed",
    allowed: [...methods.keys()],
    tools: [...methods.values()].map(({ contract }) => contract.tool),
  };
};

/** A segment that cannot be decoded fits parameters alone; reading it refuses the request with the reason. */
const decodeOrKeep = (segment: string): string => {
  if (!segment.includes("%")) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};
