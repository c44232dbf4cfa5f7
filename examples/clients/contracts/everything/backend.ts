// An MCP server from npm: `PORT=3001 mcp-server-everything streamableHttp`.
import { defineMcpBackend, env } from "checkrein";

export const everything = defineMcpBackend({ name: "everything", url: env("EVERYTHING_URL") });
