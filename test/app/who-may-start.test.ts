// Whom the sidecar starts for: callers that are declared, or everybody on this machine and nobody beyond it.
import { createRequire } from "node:module";
import type { LookupAddress } from "node:dns";
import { afterEach, describe, expect, it, vi } from "vitest";
import { StartError } from "../../src/app.ts";
import { writeContracts } from "../support/contracts-folder.ts";
import { startRunningApp } from "../support/running-app.ts";

const contract = `import { defineContract, local, z } from "checkrein";
  export default defineContract({ tool: "look", description: "A tool.", operation: local(), input: z.strictObject({}) });`;
const caller = `import { defineCaller } from "checkrein";
  export default defineCaller({ name: "bot", keyHash: "sha256:${"0".repeat(64)}" });`;

/** `started`, or all that stands in the way. */
const start = async (flags: readonly string[], files = {}): Promise<string> => {
  const contracts = writeContracts({ "look.ts": contract, ...files });
  try {
    const app = await startRunningApp({ contracts, environment: {}, flags });
    await app.stop();
    return "started";
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    return error.problems.map(({ place, message }) => `${place}: ${message}`).join();
  }
};

/** The module object itself, of which Node takes the function anew for each listener. */
const dns: { lookup: (...given: readonly unknown[]) => void } = createRequire(import.meta.url)("node:dns");
const resolveTo = (address: string): void => {
  const found: LookupAddress = { address, family: 4 };
  vi.spyOn(dns, "lookup").mockImplementation((...given) => {
    const [, options, done] = given;
    if (typeof done === "function") done(null, ...(Object(options).all === true ? [[found]] : [address, 4]));
  });
};
afterEach(() => void vi.restoreAllMocks());

describe("without keys", () => {
  it.each(["127.0.0.1", "127.1.2.3", "localhost"])("may be called at %s", async (host) => {
    expect(await start(["--host", host])).toBe("started");
  });

  it.each([
    "0.0.0.0",
    "::",
    "::ffff:0.0.0.0",
    "192.0.2.1",
    "127.0.0.1.example.test",
    "localhost.example.test",
    "127.1",
  ])("may not be called at %s", async (host) => {
    expect(await start(["--host", host])).toContain(`anybody who reaches ${host} could call tools`);
  });

  it("may not be called at a name for this machine that leads elsewhere", async () => {
    resolveTo("0.0.0.0");
    expect(await start(["--host", "localhost"])).toContain("anybody who reaches 0.0.0.0 could call tools");
  });
});

describe("where keys are asked for", () => {
  it("somebody has to have one", async () => {
    expect(await start(["--anonymous=false"])).toContain("no caller is declared");
  });

  it("any address will do", async () => {
    expect(await start(["--anonymous=false", "--host", "0.0.0.0"], { "caller.ts": caller })).toBe("started");
  });
});
