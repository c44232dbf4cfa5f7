import { defineMcpBackend, env } from "checkrein";

export const measured = defineMcpBackend({ name: "measured", url: env("BENCH_MCP_URL") });
