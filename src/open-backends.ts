// From declarations to live backends: what the operator gives (addresses, credentials, variables of a child) is looked up
// here, and here alone. Everything that is missing or wrong is told at once.
import { createHash } from "node:crypto";
import type { Backend, BackendState, McpBackend } from "./backend/backend.ts";
import type { Guard } from "./backend/guard.ts";
import { type McpBackendOptions, createMcpBackend } from "./backend/mcp/backend.ts";
import { openGuard } from "./backend/open-guard.ts";
import { createRestBackend } from "./backend/rest.ts";
import type {
  BackendDeclaration,
  Catalog,
  Credential,
  LoadProblem,
  McpBackendDeclaration,
  Reference,
  RestBackendDeclaration,
  ToolDefinition,
} from "./contract/contract.ts";
import { isHttpUrl } from "./contract/load/declaration.ts";
import { type Opened, type Prepared, type SharedBackends, release, share } from "./shared-backends.ts";
import type { Telemetry } from "./telemetry/telemetry.ts";

export interface OpenBackends {
  readonly all: ReadonlyMap<string, Backend>;
  readonly mcp: ReadonlyMap<string, McpBackend>;
  /** Backends that are left alone and tools that changed, for a probe's answer: names alone. */
  trouble(): readonly string[];
  describe(): readonly BackendState[];
  close(): Promise<void>;
}

type Report = (place: string, message: string, mend: string) => void;
type Read = (place: string, reference: Reference | string) => string;

/** Where nothing is called. */
export const noBackends: OpenBackends = Object.freeze({
  all: new Map(),
  mcp: new Map(),
  trouble: () => [],
  describe: () => [],
  close: async () => {},
});

/** The operator's value by its name; undefined when it is not set. Throws when its file cannot be read. */
export type Resolve = (name: string) => string | undefined;

interface Opening {
  readonly resolve: Resolve;
  readonly telemetry: Telemetry;
  readonly shared: SharedBackends;
  readonly breakerMs: number;
}

/** All backends of a catalog, or what is wrong with the operator's values. Nothing is dialled yet. */
export const openBackends = (
  catalog: Catalog,
  { resolve, telemetry, shared, breakerMs }: Opening,
): Opened<OpenBackends> => {
  const problems: LoadProblem[] = [];
  const all = new Map<string, Backend>();
  const mcp = new Map<string, McpBackend>();
  const opened: OpenEntry[] = [];
  const keep = <T extends Backend>(declaration: BackendDeclaration, prepared: Opened<Prepared<T>>): T | undefined => {
    const create = (): Guard => openGuard(declaration, { breakerMs, telemetry });
    const entry = prepared.ok ? share(prepared.value, shared, create) : prepared;
    if (!prepared.ok || !entry.ok) return void problems.push(...(entry.ok ? [] : entry.problems));
    const { name } = declaration;
    opened.push({ name, key: prepared.value.key, guard: entry.value.guard });
    all.set(name, entry.value.backend);
    return entry.value.backend as T; // the key names the kind
  };
  for (const declaration of catalog.backends) {
    const { name } = declaration;
    if (declaration.kind === "rest") keep(declaration, prepareRestBackend(declaration, resolve));
    else {
      const expected = lockedTools(catalog, declaration);
      const backend = keep(declaration, prepareMcpBackend(declaration, resolve, expected, telemetry));
      if (backend !== undefined) mcp.set(name, backend);
    }
  }
  const close = async (): Promise<void> => {
    await Promise.all(opened.splice(0).map(({ key }) => release(key, shared)));
  };
  if (problems.length > 0) {
    void close();
    return { ok: false, problems };
  }
  const trouble = (): readonly string[] => [
    ...opened.flatMap(({ name, guard }) =>
      guard.describe().breaker === "closed" ? [] : [`backend ${name}: is not called`],
    ),
    ...[...mcp].flatMap(([name, backend]) => backend.drift().map(({ tool }) => `backend ${name}: ${tool} has changed`)),
  ];
  const describe: OpenBackends["describe"] = () =>
    opened.map(({ name, guard }) => ({ name, drift: mcp.get(name)?.drift() ?? [], ...guard.describe() }));
  return { ok: true, value: { all, mcp, trouble, describe, close } };
};

/** One of a version's own. */
interface OpenEntry {
  readonly name: string;
  readonly key: string;
  readonly guard: Guard;
}

/** The definitions that calls rely on: of tools without a contract nothing is expected. */
const lockedTools = ({ contracts }: Catalog, backend: McpBackendDeclaration): readonly ToolDefinition[] => {
  const definitions = contracts.flatMap(({ operation }) =>
    operation.kind === "mcp" && operation.backend === backend ? [operation.definition] : [],
  );
  return [...new Set(definitions)];
};

const prepareRestBackend = (declaration: RestBackendDeclaration, resolve: Resolve): Opened<Prepared<Backend>> =>
  withValues(declaration, resolve, (read, report) => {
    const url = readUrl(declaration.url, read, report);
    const credential = readCredential(declaration.credential, read, report);
    return () => createRestBackend({ declaration, url: new URL(url), credential });
  });

/** An MCP server as a backend. `expected`: the locked definitions that calls rely on. */
export const openMcpBackend = (
  declaration: McpBackendDeclaration,
  resolve: Resolve,
  expected: readonly ToolDefinition[],
  telemetry: Telemetry,
): Opened<McpBackend> => {
  const prepared = prepareMcpBackend(declaration, resolve, expected, telemetry);
  return prepared.ok ? prepared.value.open() : prepared;
};

const prepareMcpBackend = (
  declaration: McpBackendDeclaration,
  resolve: Resolve,
  expected: readonly ToolDefinition[],
  telemetry: Telemetry,
): Opened<Prepared<McpBackend>> =>
  withValues(
    declaration,
    resolve,
    (read, report) => {
      const server = readServer(declaration, read, report);
      return () => createMcpBackend({ declaration, server: server(), expected, telemetry });
    },
    expected,
  );

const readServer = (
  { server }: McpBackendDeclaration,
  read: Read,
  report: Report,
): (() => McpBackendOptions["server"]) => {
  if (server.kind === "http") {
    const url = readUrl(server.url, read, report);
    const credential = readCredential(server.credential, read, report);
    return () => ({ kind: "http", url: new URL(url), credential });
  }
  const values = Object.entries(server.environment).map(([name, value]) => [name, read(`environment.${name}`, value)]);
  const environment: Readonly<Record<string, string>> = Object.fromEntries(values);
  return () => ({ kind: "stdio", command: server.command, directory: server.directory, environment });
};

/** Reads what the operator gives; can be opened only when nothing was wrong. `more`: what else makes this backend. */
const withValues = <T>(
  declaration: BackendDeclaration,
  resolve: Resolve,
  prepare: (read: Read, report: Report) => () => T,
  more?: unknown,
): Opened<Prepared<T>> => {
  const { name } = declaration;
  const problems: LoadProblem[] = [];
  const values: string[] = [];
  const report: Report = (place, message, mend) =>
    void problems.push({ file: "environment", place: `backend ${name}.${place}`, message, mend });
  const read: Read = (place, reference) => {
    const value = readReference(resolve, place, reference, report);
    values.push(value);
    return value;
  };
  const create = prepare(read, report);
  if (problems.length > 0) return { ok: false, problems };
  const open = (): Opened<T> => {
    try {
      return { ok: true, value: create() };
    } catch (error) {
      report("url", error instanceof Error ? error.message : String(error), "name an address that may be dialled");
      return { ok: false, problems };
    }
  };
  return { ok: true, value: { key: digestOf([declaration, values, more]), open } };
};

/** Secrets are among what it is made of. */
const digestOf = (value: unknown): string => createHash("sha256").update(JSON.stringify(value)).digest("hex");

const readUrl = (reference: Reference | string, read: Read, report: Report): string => {
  const url = read("url", reference);
  if (url !== "" && !isHttpUrl(url))
    report("url", "the value is not an http or https URL without query", "write it like https://api.example.com/v1");
  return url;
};

/** Checked here, because later it would look like a backend that cannot be reached. The value is not shown. */
const readCredential = (credential: Credential | undefined, read: Read, report: Report): readonly string[] => {
  const parts = credential === undefined ? [] : writeCredential(credential, read);
  if (!parts.every((part) => FIELD_VALUE.test(part)))
    report(
      "credential",
      "the value cannot stand in a header",
      "take line breaks, other control characters and non-ASCII letters out of it",
    );
  return parts;
};

/** RFC 9110 5.5, without obs-text. */
const FIELD_VALUE = /^[\x20-\x7e\t]*$/;

const readReference = (resolve: Resolve, place: string, reference: Reference | string, report: Report): string => {
  if (typeof reference === "string") return reference;
  try {
    const value = resolve(reference.name);
    if (value !== undefined) return value;
    report(
      place,
      `${reference.name} is not set`,
      `set ${reference.name}, or ${reference.name}_FILE to a file that holds it`,
    );
  } catch {
    report(place, `the file that ${reference.name}_FILE names cannot be read`, "check its path and permissions");
  }
  return "";
};

const writeCredential = (credential: Credential, read: Read): readonly string[] => {
  if (credential.kind === "bearer") return ["authorization", `Bearer ${read("credential", credential.token)}`];
  if (credential.kind === "header") return [credential.name.toLowerCase(), read("credential", credential.value)];
  const pair = `${read("credential", credential.user)}:${read("credential", credential.password)}`;
  return ["authorization", `Basic ${Buffer.from(pair).toString("base64")}`];
};
