// `checkrein.lock`: the tools of MCP servers as an operator has accepted them. What an agent is shown of a server's own
// words comes from here and never from the server.
import type { ToolDefinition } from "../contract.ts";

/** By the server's own name of the tool. */
export type LockedTools = ReadonlyMap<string, ToolDefinition>;

/** By the backend's name. */
export type Lock = ReadonlyMap<string, LockedTools>;

/** Nothing here reads an object with this key, so that no lock can hold a tool of this name. */
export const isLockable = (name: string): boolean => name !== "__proto__";

export const LOCK_FILE = "checkrein.lock";
export const LOCK_VERSION = 1;
