// `checkrein.lock`: the tools of MCP servers as an operator has accepted them. What an agent is shown of a server's own
// words comes from here and never from the server.
import type { ToolDefinition } from "../contract.ts";

/** By the server's own name of the tool. */
export type LockedTools = ReadonlyMap<string, ToolDefinition>;

/** By the backend's name. */
export type Lock = ReadonlyMap<string, LockedTools>;

export const LOCK_FILE = "checkrein.lock";
export const LOCK_VERSION = 1;
