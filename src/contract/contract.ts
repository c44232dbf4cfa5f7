// A loaded contract: everything that a call needs, worked out once at load. The only form that rooms behind
// `contract/` see; they cannot tell whether it was written with zod, JSON Schema or taken from a document.
import type { JsonObject, JsonValue } from "../call.ts";
import type { Issue } from "../refusal.ts";
import type { Redact } from "../schema/redact.ts";
import type { JsonSchema, SchemaObject } from "../schema/schema.ts";
import type { Allow } from "./allow-declaration.ts";
import type { CallerDeclaration } from "./caller-declaration.ts";
import type { JournalPolicy } from "./journal-policy.ts";
import type { FormatMode } from "../schema/formats.ts";
import type { FunctionText } from "./function-text.ts";
import type { NearRoute, Sent } from "./near-routes.ts";
import type { OutputPlan } from "./output-plan.ts";
import type { Rule, Trace } from "./rule/rule.ts";
import type { Words } from "./rule/text.ts";

export type Effect = "read" | "write" | "destructive";
export type Place = "path" | "query" | "header" | "cookie" | "body";
export type Style = "simple" | "label" | "matrix" | "form" | "spaceDelimited" | "pipeDelimited" | "deepObject";

/** Where one value of the upstream request comes from: an argument (the agent's, or one of `claimPins`), or a pinned value. */
export type ValueSource = { readonly argument: string } | { readonly pinned: JsonValue };

/** An argument that only the sidecar sets, from what it knows about the caller. */
export interface ClaimPin {
  readonly claim: string;
  /** Whether the operation takes this value there. */
  readonly isValid: (value: unknown) => boolean;
  /** The operation marks its place as secret. */
  readonly isSecret?: true;
}

/** One parameter of an operation. OpenAPI 3.1, Parameter Object. */
export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header" | "cookie";
  readonly style: Style;
  readonly explode: boolean;
  /** Written as JSON text (`content: application/json`) instead of by style. */
  readonly json: boolean;
  readonly source: ValueSource;
  /** Names of the operation's other parameters in this place: no member of an exploded object may have one of them. */
  readonly others?: readonly string[];
  /** Path parameters only: the author accepts `/` in the value, sent as `%2F`. */
  readonly encodedSlash?: true;
  /** The schema that reads the wire form back: pinned or agent's, never a judgement. */
  readonly schema: JsonSchema;
}

export interface BodyMember {
  readonly name: string;
  readonly source: ValueSource;
  readonly schema: JsonSchema;
}

/** How the body is put together. `whole`: one argument is the body. `open`: other arguments go in under their own names. */
export interface BodyPlan {
  readonly mediaType: "application/json" | "application/x-www-form-urlencoded" | "text/plain";
  readonly required: boolean;
  readonly shape:
    | { readonly kind: "members"; readonly members: readonly BodyMember[]; readonly open: boolean }
    | { readonly kind: "whole"; readonly source: ValueSource; readonly schema: JsonSchema };
}

/** One segment of a path template, in order: literal text or the place of a parameter. */
export type SegmentPart = { readonly literal: string } | { readonly parameter: string };
export type Segment = readonly SegmentPart[];

/** A path template of the backend's document. */
export interface PathTemplate {
  readonly template: string;
  readonly segments: readonly Segment[];
}

/** The paths of one document. `match` decodes nothing: it takes segments as the backend would see them after decoding once. */
export interface PathTable {
  /**
   * The one template that owns these segments: at every segment at least as concrete as any other template that
   * fits them too. `contested` when no template dominates, `undefined` when none fits.
   */
  match(segments: readonly string[]): PathTemplate | "contested" | undefined;
}

export interface RestOperation {
  readonly kind: "rest";
  readonly backend: RestBackendDeclaration;
  readonly method: string;
  readonly path: PathTemplate;
  readonly parameters: readonly Parameter[];
  readonly body: BodyPlan | undefined;
  /** All paths of the document, with or without contract. */
  readonly paths: PathTable;
  /** Whether an argument of this operation can spell another path of the document. */
  readonly canRenderElsewhere: boolean;
}

/** A tool inside the agent's own process: judged, never forwarded. */
export interface LocalOperation {
  readonly kind: "local";
}

/** A tool of an MCP server, as the lock file has it. */
export interface McpOperation {
  readonly kind: "mcp";
  readonly backend: McpBackendDeclaration;
  readonly definition: ToolDefinition;
  /** How the server's `arguments` are put together: `members`, always an object. */
  readonly body: BodyPlan;
  /** Members of the server's arguments that travel as headers, too. MCP 2026-07-28, `x-mcp-header`. */
  readonly headers: readonly McpHeader[];
}

export interface McpHeader {
  /** `mcp-param-region`, lower case. */
  readonly name: string;
  /** Where the value stands in the arguments: names of members, outermost first. */
  readonly path: readonly string[];
}

/** What an MCP server says about one of its tools: all of it that could reach an agent. The lock holds its hash. */
export interface ToolDefinition {
  readonly name: string;
  readonly description: string | undefined;
  readonly inputSchema: JsonObject;
  readonly outputSchema: JsonObject | undefined;
}

export type Operation = RestOperation | McpOperation | LocalOperation;

/** Judges arguments: JSON Schema first, then the author's named checks. */
export interface ArgumentsCheck {
  /** `check_failed` when the schema holds and a named check does not. */
  check(value: unknown): ArgumentsVerdict;
}
export type ArgumentsVerdict =
  | { readonly ok: true; readonly arguments: JsonObject }
  | { readonly ok: false; readonly code: "invalid_arguments" | "check_failed"; readonly issues: readonly Issue[] };

export interface Example {
  readonly name: string;
  readonly arguments: unknown;
  /** What the run did before, oldest first: evidence for rules. */
  readonly past?: readonly { readonly tool: string; readonly arguments: unknown; readonly result: JsonValue }[];
  /** Claims of the caller. */
  readonly claims?: JsonObject;
  /** When the call is made: an ISO 8601 date and time with its offset. */
  readonly at?: string;
  /** Absent: the call must pass. */
  readonly refused?: { readonly code: string; readonly path?: string };
}

export interface Contract {
  readonly tool: string;
  /** For those whom nothing narrows: the author's words, and what checks and rules say of themselves. */
  readonly description: string;
  readonly words: Words;
  readonly effect: Effect;
  readonly operation: Operation;
  /** What agents are shown and what is enforced: self-contained JSON Schema 2020-12 of one closed object. */
  readonly inputSchema: SchemaObject;
  readonly arguments: ArgumentsCheck;
  /**
   * Whether the operation itself takes arguments that the contract may refuse: its narrowing aside, under the names that the
   * contract has. `claimed`: what comes from the caller's claims. For calls that are only observed.
   */
  readonly operationTakes: (args: JsonObject, claimed: JsonObject) => boolean;
  readonly output: OutputPlan;
  /** Whether this contract owns the REST route of its operation. */
  readonly ownsRoute: boolean;
  /** Total time for one call to the backend, milliseconds. */
  readonly deadlineMs: number;
  /** Refused attempts in a row in one run after which the tool is stopped there; the operator's setting where it is absent. */
  readonly attempts?: number;
  /** Arguments with every secret cut, for journal and log. */
  readonly redact: Redact;
  readonly journal: JournalPolicy;
  /** In the author's order. */
  readonly rules: readonly Rule[];
  /** What only the sidecar sets: rules see it beside the arguments. */
  readonly pins: JsonObject;
  readonly claimPins: Readonly<Record<string, ClaimPin>>;
  readonly examples: readonly Example[];
  /** How formats of the input are judged. */
  readonly formats: FormatMode;
  /** The author's functions, by which two versions of a contract can be held against each other. */
  readonly functions: readonly FunctionText[];
  /** SHA-256 of what decides about a call, hex. */
  readonly digest: string;
  readonly file: string;
}

/** A value that the operator gives: read from the environment (or `<NAME>_FILE`) when the sidecar starts. */
export interface Reference {
  readonly kind: "env" | "secret";
  readonly name: string;
}

export type Credential =
  | { readonly kind: "bearer"; readonly token: Reference }
  | { readonly kind: "basic"; readonly user: Reference | string; readonly password: Reference }
  | { readonly kind: "header"; readonly name: string; readonly value: Reference };

export interface RestBackendDeclaration {
  readonly kind: "rest";
  readonly name: string;
  /** Path of the OpenAPI document, relative to the file that exports the backend. */
  readonly document: string;
  readonly url: Reference | string;
  readonly credential: Credential | undefined;
  /** Where the backend's own paths stand on the data port; starts with `/`, no `/` at the end but for the root. */
  readonly mount: string;
  readonly deadlineMs: number;
  readonly connectTimeoutMs: number;
  readonly maxResponseBytes: number;
  readonly maxConnections: number;
  /** CIDR ranges that the backend's addresses must be in; undefined: any that is not forbidden everywhere. */
  readonly networks: readonly string[] | undefined;
}

export type BackendDeclaration = RestBackendDeclaration | McpBackendDeclaration;

/** How an MCP server is reached. */
export type McpServer =
  | {
      readonly kind: "http";
      readonly url: Reference | string;
      readonly credential: Credential | undefined;
      readonly networks: readonly string[] | undefined;
      readonly connectTimeoutMs: number;
      readonly maxConnections: number;
    }
  | {
      readonly kind: "stdio";
      /** Program and arguments; no shell. */
      readonly command: readonly string[];
      /** Working directory, absolute; undefined: the sidecar's. */
      readonly directory: string | undefined;
      /** All that the child's environment has beside PATH and HOME. */
      readonly environment: Readonly<Record<string, Reference | string>>;
    };

export interface McpBackendDeclaration {
  readonly kind: "mcp";
  readonly name: string;
  readonly server: McpServer;
  readonly allow: Allow;
  readonly deadlineMs: number;
  readonly maxResponseBytes: number;
}

/** What the author did not see coming: an open object, a renamed argument. Printed by `checkrein check`, never fatal. */
export interface Notice {
  readonly file: string;
  readonly tool: string;
  readonly message: string;
}

/** A mistake of the author. All of them are reported at once, and the process does not start. */
export interface LoadProblem {
  readonly file: string;
  /** Where in the contract: `input.amount`, `pin`, `operation`, … */
  readonly place: string;
  readonly message: string;
  readonly mend: string;
}

/** All loaded contracts, immutable. */
export interface Catalog {
  readonly contracts: readonly Contract[];
  readonly backends: readonly BackendDeclaration[];
  readonly callers: readonly CallerDeclaration[];
  find(tool: string): Contract | undefined;
  /** What calls of this tool leave behind for rules; undefined when no rule asks for any of it. */
  traceOf(tool: string): Trace | undefined;
  /** A rule or a caller's limit looks at more than the call itself. */
  readonly needsState: boolean;
  /** A rule has to remember beyond a restart. */
  readonly needsDurableState: boolean;
  /** `method` and raw, undecoded path segments on the data port, split at `/`. */
  route(method: string, segments: readonly string[]): Route;
  /** Of the names that are there for whoever asks, those nearest to a wrong one, best first, at most three. */
  nearest(tool: string, isThere: (name: string) => boolean): readonly string[];
  /** The same for a path that no tool has. */
  nearestRoutes(sent: Sent, isThere: (tool: string) => boolean): readonly NearRoute[];
  readonly digest: string;
}

export type Route =
  | {
      readonly kind: "contract";
      readonly contract: Contract;
      readonly operation: RestOperation;
      /** Raw, below the mount. */
      readonly segments: readonly string[];
    }
  | { readonly kind: "method_not_allowed"; readonly allowed: readonly string[]; readonly tools: readonly string[] }
  | { readonly kind: "not_found" };
