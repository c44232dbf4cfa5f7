// The sidecar as the catalogue's `listener` and `limits` want it: the real command, in its own process.
import { fileURLToPath } from "node:url";
import { type ChildServer, startChild } from "../support/child-server.ts";

export interface CaseServer extends ChildServer {
  readonly port: number;
}

const SETTINGS = {
  contracts: fileURLToPath(new URL("contracts", import.meta.url)),
  port: 0,
  "admin-port": 0,
  "max-body-bytes": 32_768,
  "max-depth": 64,
  "max-header-bytes": 16_384,
  "max-headers": 100,
  "max-target-bytes": 8192,
  "allowed-hosts": "checkrein.test",
  journal: "none",
  anonymous: true,
};

/** The credential that the backend gets from the sidecar, and from nobody else. */
export const BACKEND_TOKEN = "canary-77bc-token-of-the-cases";

export const startSidecar = async (
  backendUrl: string,
  more: Readonly<Record<string, string | number>> = {},
  environment: Readonly<Record<string, string>> = {},
): Promise<CaseServer> => {
  const settings = Object.entries({ ...SETTINGS, ...more });
  const child = await startChild({
    arguments: ["src/main.ts", "serve", ...settings.map(([name, value]) => `--${name}=${value}`)],
    environment: { ORDERS_URL: backendUrl, ORDERS_TOKEN: BACKEND_TOKEN, ...environment },
  });
  return { ...child, port: Number(new URL(String(child.ready["data"])).port) };
};
