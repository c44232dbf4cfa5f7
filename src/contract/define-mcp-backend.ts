// How an author declares an MCP server as a backend: over Streamable HTTP or as a child process. Nothing of the server is
// known here: `checkrein.lock` holds its tools, and load judges all declarations at once.
import type { Credential, McpBackendDeclaration, McpServer, Reference } from "./contract.ts";
import type { Allow } from "./allow-declaration.ts";
import { type McpOperationDeclaration, createMcpOperation } from "./operation-declaration.ts";

/** What passes through `/mcp/<backend>` beside tools. What is not named does not pass, in either direction. */
export interface AllowOptions {
  /** Globs of resource URIs, or `"*"`: `["file:///docs/**"]`. */
  readonly resources?: readonly string[] | "*";
  /** Globs of prompt names, or `"*"`. */
  readonly prompts?: readonly string[] | "*";
  /** Completion of the arguments of allowed prompts and resource templates. */
  readonly completion?: boolean;
  /** The server's log messages, to the agent. */
  readonly logging?: boolean;
  /** The server may ask the agent's user. */
  readonly elicitation?: boolean;
  /** The server may use the agent's model. */
  readonly sampling?: boolean;
  /** The server may ask which folders the agent works in. */
  readonly roots?: boolean;
  /** Notices of change, as they happen: of allowed resources, of the lists of what is allowed. */
  readonly subscriptions?: boolean;
}

interface SharedOptions {
  /** Names the backend in logs, in the lock and in `/mcp/<name>`; lower-case letters, digits and dashes. */
  readonly name: string;
  readonly allow?: AllowOptions;
  /** Total time for one call, milliseconds. Default: 60,000. */
  readonly deadlineMs?: number;
  /** All bytes of one answer. Default: 4 MiB. */
  readonly maxResponseBytes?: number;
}

export interface McpHttpOptions extends SharedOptions {
  /** The server's endpoint: `https://tools.example.com/mcp`. */
  readonly url: Reference | string;
  /** What the sidecar shows to the server. The agent's own credentials never go there. */
  readonly credential?: Credential;
  /** CIDR ranges that the server's addresses must be in. Default: any that is not forbidden everywhere. */
  readonly networks?: readonly string[];
  /** Default: 5,000. */
  readonly connectTimeoutMs?: number;
  /** Connections at one time. Default: 64. */
  readonly maxConnections?: number;
}

export interface McpStdioOptions extends SharedOptions {
  /** Program and arguments, started without a shell: `["npx", "some-server", "/data"]`. */
  readonly command: readonly string[];
  /** Working directory, absolute. Default: the sidecar's. */
  readonly directory?: string;
  /** What the child's environment has beside PATH and HOME. */
  readonly environment?: Readonly<Record<string, Reference | string>>;
}

export type McpBackendOptions = McpHttpOptions | McpStdioOptions;

export interface McpBackend {
  readonly declaration: McpBackendDeclaration;
  /** A tool of the server, by the server's own name. */
  tool(name: string): McpOperationDeclaration;
}

const backends = new WeakSet<object>();

/** Whether this very package made the value: a look-alike is not a backend. */
export const isMcpBackend = (value: unknown): value is McpBackend =>
  typeof value === "object" && value !== null && backends.has(value);

const shared = ["name", "allow", "deadlineMs", "maxResponseBytes"] as const;

/** Every option there is: load refuses others, which would be left out in silence. */
export const mcpBackendOptions: readonly string[] = [
  ...shared,
  "url",
  "credential",
  "networks",
  "connectTimeoutMs",
  "maxConnections",
  "command",
  "directory",
  "environment",
];

const given = new WeakMap<McpBackendDeclaration, object>();

/** What the author wrote, for load to judge: names that mean nothing, a url beside a command. */
export const writtenOptions = (declaration: McpBackendDeclaration): object => given.get(declaration) ?? {};

const globs = (list: readonly string[] | "*" | undefined): readonly string[] =>
  list === "*" ? ["**"] : Object.freeze([...(list ?? [])]);

const readAllow = (allow: AllowOptions = {}): Allow =>
  Object.freeze({
    resources: globs(allow.resources),
    prompts: globs(allow.prompts),
    completion: allow.completion ?? false,
    logging: allow.logging ?? false,
    elicitation: allow.elicitation ?? false,
    sampling: allow.sampling ?? false,
    roots: allow.roots ?? false,
    subscriptions: allow.subscriptions ?? false,
  });

const readServer = (options: McpBackendOptions): McpServer => {
  if ("command" in options) {
    const { command, directory, environment = {} } = options;
    return Object.freeze({ kind: "stdio", command, directory, environment: Object.freeze({ ...environment }) });
  }
  const { url, credential, networks, connectTimeoutMs = 5_000, maxConnections = 64 } = options;
  return Object.freeze({ kind: "http", url, credential, networks, connectTimeoutMs, maxConnections });
};

export const defineMcpBackend = (options: McpBackendOptions): McpBackend => {
  const declaration: McpBackendDeclaration = Object.freeze({
    kind: "mcp",
    name: options.name,
    server: readServer(options),
    allow: readAllow(options.allow),
    deadlineMs: options.deadlineMs ?? 60_000,
    maxResponseBytes: options.maxResponseBytes ?? 4_194_304,
  });
  given.set(declaration, options);
  const backend = Object.freeze({ declaration, tool: (name: string) => createMcpOperation(declaration, name) });
  backends.add(backend);
  return backend;
};
