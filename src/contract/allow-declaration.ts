// What an MCP backend lets through, as its contract declares it.

/** What passes through `/mcp/<backend>` beside tools. Nothing by default. */
export interface Allow {
  /** Globs of resource URIs: `file:///docs/**`. */
  readonly resources: readonly string[];
  /** Globs of prompt names. */
  readonly prompts: readonly string[];
  readonly completion: boolean;
  readonly logging: boolean;
  readonly elicitation: boolean;
  readonly sampling: boolean;
  readonly roots: boolean;
  readonly subscriptions: boolean;
}
