// A start that is meant to fail, or to last for a moment only: what it says, and how it ends.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { BACKEND_TOKEN } from "../case/sidecar.ts";
import { bePatient } from "./patience.ts";
import { ADMIN_TOKEN } from "./stage.ts";

bePatient();

export interface Started {
  /** Undefined: it was ready, and was stopped. */
  readonly code: number | null | undefined;
  readonly output: string;
  readonly milliseconds: number;
}

const CONTRACTS = fileURLToPath(new URL("contracts", import.meta.url));

/** Runs the sidecar until it is ready, then stops it, or until it ends by itself. */
export const tryStart = async (settings: Readonly<Record<string, string | number>>): Promise<Started> => {
  const own = { contracts: CONTRACTS, port: 0, "admin-port": 0, "admin-token": ADMIN_TOKEN, anonymous: true };
  const words = Object.entries({ ...own, ...settings }).map(([name, value]) => `--${name}=${value}`);
  const begun = performance.now();
  const child = spawn(process.execPath, ["src/main.ts", "serve", ...words], {
    cwd: new URL("../..", import.meta.url),
    env: {
      ...process.env,
      ORDERS_URL: "http://127.0.0.1:9",
      ORDERS_TOKEN: BACKEND_TOKEN,
      HEALTHY_URL: "http://127.0.0.1:9",
    },
  });
  let output = "";
  let isReady = false;
  let milliseconds = 0;
  const hear = (bytes: Buffer): void => {
    output += String(bytes);
    if (isReady || !output.includes('"msg":"ready"')) return;
    isReady = true;
    milliseconds = performance.now() - begun;
    child.kill("SIGTERM");
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  const [code] = await once(child, "close");
  return { code: isReady ? undefined : code, output, milliseconds: isReady ? milliseconds : performance.now() - begun };
};
