// How an author declares a REST backend: what the operator gives is a reference, never a value, so that no credential
// stands in a contract file. The type parameter is the `paths` that openapi-typescript makes of the document: it
// decides which paths and methods compile. Nothing is checked here: load judges all declarations at once.
import type { Method, OperationAt, PathWith } from "./author/operation-type.ts";
import { createRestOperation, type RestOperationDeclaration } from "./operation-declaration.ts";
import type { Credential, Reference, RestBackendDeclaration } from "./contract.ts";

/** A value that stands in the environment (or in the file that `<NAME>_FILE` names) when the sidecar starts. */
export const env = (name: string): Reference => Object.freeze({ kind: "env", name });

/** As `env`, and its value is never logged, journalled or shown. */
export const secret = (name: string): Reference => Object.freeze({ kind: "secret", name });

/** `Authorization: Bearer …`. RFC 6750. */
export const bearer = (token: Reference): Credential => Object.freeze({ kind: "bearer", token });

/** `Authorization: Basic …`. RFC 7617. */
export const basic = (user: Reference | string, password: Reference): Credential =>
  Object.freeze({ kind: "basic", user, password });

/** A header of the backend's own that carries a key. */
export const header = (name: string, value: Reference): Credential => Object.freeze({ kind: "header", name, value });

export interface RestBackendOptions {
  /** Names the backend in logs; lower-case letters, digits and dashes. */
  readonly name: string;
  /** The OpenAPI document: a path relative to this file, or a `file:` URL. */
  readonly document: string | URL;
  readonly url: Reference | string;
  /** What the sidecar shows to the backend. The agent never has it. */
  readonly credential?: Credential;
  /** Where the backend's paths stand on the data port. Default: `/<name>`. */
  readonly mount?: string;
  /** Total time for one call, milliseconds. Default: 30,000. */
  readonly deadlineMs?: number;
  /** Default: 5,000. */
  readonly connectTimeoutMs?: number;
  /** Default: 1 MiB. */
  readonly maxResponseBytes?: number;
  /** Connections at one time. Default: 64. */
  readonly maxConnections?: number;
  /** CIDR ranges that the backend's addresses must be in. Default: any that is not forbidden everywhere. */
  readonly networks?: readonly string[];
}

/** A path that the document does not have makes the parameter's type a sentence. */
type Path<Paths, M extends Method, P extends string> = unknown extends Paths
  ? P
  : P extends PathWith<Paths, M>
    ? P
    : `the API has no ${Uppercase<M>} ${P}`;

type Choose<Paths, M extends Method> = <const P extends PathWith<Paths, M> | (string & {})>(
  path: Path<Paths, M, P>,
) => RestOperationDeclaration<unknown extends Paths ? unknown : OperationAt<Paths, P, M>>;

/** The backend, with one function a method that chooses an operation of its document. */
export type RestBackend<Paths> = { readonly declaration: RestBackendDeclaration } & {
  readonly [M in Method]: Choose<Paths, M>;
};

const backends = new WeakSet<object>();

/** Whether this very package made the value: a look-alike is not a backend. */
export const isRestBackend = (value: unknown): value is RestBackend<unknown> =>
  typeof value === "object" && value !== null && backends.has(value);

/** Every option there is: load refuses others, which would be left out in silence. */
export const backendOptions: readonly (keyof RestBackendOptions)[] = [
  "name",
  "document",
  "url",
  "credential",
  "mount",
  "deadlineMs",
  "connectTimeoutMs",
  "maxResponseBytes",
  "maxConnections",
  "networks",
];

const unknownNames = new WeakMap<RestBackendDeclaration, readonly string[]>();

/** Names in the options that mean nothing: misspelt ones. */
export const unknownOptions = (declaration: RestBackendDeclaration): readonly string[] =>
  unknownNames.get(declaration) ?? [];

const declare = (options: RestBackendOptions): RestBackendDeclaration =>
  Object.freeze({
    kind: "rest",
    name: options.name,
    document: options.document instanceof URL ? options.document.href : options.document,
    url: options.url,
    credential: options.credential,
    mount: options.mount ?? `/${options.name}`,
    deadlineMs: options.deadlineMs ?? 30_000,
    connectTimeoutMs: options.connectTimeoutMs ?? 5_000,
    maxResponseBytes: options.maxResponseBytes ?? 1_048_576,
    maxConnections: options.maxConnections ?? 64,
    networks: options.networks === undefined ? undefined : Object.freeze([...options.networks]),
  });

/** Without a type parameter every path compiles, and load alone finds the mistakes. */
export const defineRestBackend = <Paths = unknown>(options: RestBackendOptions): RestBackend<Paths> => {
  const declaration = declare(options);
  const known: readonly string[] = backendOptions;
  unknownNames.set(
    declaration,
    Object.keys(options).filter((name) => !known.includes(name)),
  );
  const choose = <M extends Method>(method: M): Choose<Paths, M> =>
    ((path: string) => createRestOperation(declaration, method, path)) as Choose<Paths, M>; // the types are the author's alone
  const backend = Object.freeze({
    declaration,
    get: choose("get"),
    put: choose("put"),
    post: choose("post"),
    delete: choose("delete"),
    options: choose("options"),
    head: choose("head"),
    patch: choose("patch"),
  });
  backends.add(backend);
  return backend;
};
