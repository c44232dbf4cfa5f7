// From declarations to live backends: what the operator gives (addresses, credentials, variables of a child) is looked up
// here, and here alone. Everything that is missing or wrong is told at once.
import type { Backend, BackendState, McpBackend } from "./backend/backend.ts";
import { type McpBackendOptions, createMcpBackend } from "./backend/mcp/backend.ts";
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
import { type Environment, resolveReference } from "./settings.ts";
import type { Telemetry } from "./telemetry.ts";

export interface OpenBackends {
  readonly all: ReadonlyMap<string, Backend>;
  readonly mcp: ReadonlyMap<string, McpBackend>;
  /** Tools that changed, for a probe's answer: names alone. */
  trouble(): readonly string[];
  describe(): readonly BackendState[];
  close(): Promise<void>;
}

type Opened<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly LoadProblem[] };

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

/** All backends of a catalog, or what is wrong with the operator's values. Nothing is dialled yet. */
export const openBackends = (
  catalog: Catalog,
  environment: Environment,
  telemetry: Telemetry,
): Opened<OpenBackends> => {
  const problems: LoadProblem[] = [];
  const all = new Map<string, Backend>();
  const mcp = new Map<string, McpBackend>();
  const keep = <T extends Backend>(name: string, opened: Opened<T>): T | undefined => {
    if (!opened.ok) return void problems.push(...opened.problems);
    all.set(name, opened.value);
    return opened.value;
  };
  for (const declaration of catalog.backends) {
    const { name } = declaration;
    if (declaration.kind === "rest") keep(name, openRestBackend(declaration, environment));
    else {
      const expected = lockedTools(catalog, declaration);
      const backend = keep(name, openMcpBackend(declaration, environment, expected, telemetry));
      if (backend !== undefined) mcp.set(name, backend);
    }
  }
  if (problems.length > 0) return { ok: false, problems };
  const trouble = (): readonly string[] =>
    [...mcp].flatMap(([name, backend]) => backend.drift().map(({ tool }) => `backend ${name}: ${tool} has changed`));
  const close = async (): Promise<void> =>
    void (await Promise.all([...all.values()].map((backend) => backend.close())));
  const describe: OpenBackends["describe"] = () =>
    [...all.keys()].map((name) => ({ name, drift: mcp.get(name)?.drift() ?? [] }));
  return { ok: true, value: { all, mcp, trouble, describe, close } };
};

/** The definitions that calls rely on: of tools without a contract nothing is expected. */
const lockedTools = ({ contracts }: Catalog, backend: McpBackendDeclaration): readonly ToolDefinition[] => {
  const definitions = contracts.flatMap(({ operation }) =>
    operation.kind === "mcp" && operation.backend === backend ? [operation.definition] : [],
  );
  return [...new Set(definitions)];
};

const openRestBackend = (declaration: RestBackendDeclaration, environment: Environment): Opened<Backend> =>
  withValues(declaration, environment, (read, report) => {
    const url = readUrl(declaration.url, read, report);
    const credential = readCredential(declaration.credential, read, report);
    return () => createRestBackend({ declaration, url: new URL(url), credential });
  });

/** An MCP server as a backend. `expected`: the locked definitions that calls rely on. */
export const openMcpBackend = (
  declaration: McpBackendDeclaration,
  environment: Environment,
  expected: readonly ToolDefinition[],
  telemetry: Telemetry,
): Opened<McpBackend> =>
  withValues(declaration, environment, (read, report) => {
    const server = readServer(declaration, read, report);
    return () => createMcpBackend({ declaration, server: server(), expected, telemetry });
  });

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

/** Reads what the operator gives; opens only when nothing was wrong. */
const withValues = <T>(
  { name }: BackendDeclaration,
  environment: Environment,
  prepare: (read: Read, report: Report) => () => T,
): Opened<T> => {
  const problems: LoadProblem[] = [];
  const report: Report = (place, message, mend) =>
    void problems.push({ file: "environment", place: `backend ${name}.${place}`, message, mend });
  const open = prepare((place, reference) => readReference(environment, place, reference, report), report);
  if (problems.length > 0) return { ok: false, problems };
  try {
    return { ok: true, value: open() };
  } catch (error) {
    report("url", error instanceof Error ? error.message : String(error), "name an address that may be dialled");
    return { ok: false, problems };
  }
};

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

const readReference = (
  environment: Environment,
  place: string,
  reference: Reference | string,
  report: Report,
): string => {
  if (typeof reference === "string") return reference;
  try {
    const value = resolveReference(environment, reference.name);
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
