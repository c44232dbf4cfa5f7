// The two sets of authored contracts that the properties run against, each behind a running sidecar with a recorder as its
// backend: the shop (zod, without its rules) and the regression cases (JSON Schema, pins, a catastrophic pattern, a root mount).
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Contract } from "../../src/contract/contract.ts";
import { writeContracts } from "../support/contracts-folder.ts";
import { type OpenApi, type OpenApiOperation, openApi } from "../support/openapi-document.ts";
import { type RunningApp, startRunningApp } from "../support/running-app.ts";
import { type RecordedRequest, type ScriptedBackend, startScriptedBackend } from "../support/scripted-backend.ts";

const path = (relative: string): string => fileURLToPath(new URL(`../../${relative}`, import.meta.url));

/** The shop's contracts as they are, but for their rules, which judge by other calls: here every call stands for itself. */
const shopWithoutRules = (): string => {
  const from = path("contracts/shop");
  const isContract = (file: string): boolean => readFileSync(join(from, file), "utf8").includes("\nexport default ");
  const bare = (file: string): string => `import { defineContract } from "checkrein";
    import contract from "${from}/${file}";
    export default defineContract({ ...contract, rules: [], examples: [] });`;
  const files = readdirSync(from).filter(isContract);
  const folder = writeContracts({
    ...Object.fromEntries(files.map((file) => [`contracts/shop/${file}`, bare(file)])),
    "contracts/shop/backend.ts": `export { shop } from "${from}/backend.ts";`,
    "openapi/shop.yaml": readFileSync(path("openapi/shop.yaml"), "utf8"),
  });
  return join(folder, "contracts/shop");
};

const SETS = {
  shop: { contracts: shopWithoutRules, document: path("openapi/shop.yaml"), mount: "/shop", prefix: "SHOP" },
  cases: {
    contracts: () => path("test/case/contracts"),
    document: path("test/data/cases/openapi.json"),
    mount: "",
    prefix: "ORDERS",
  },
} as const;

export type SetName = keyof typeof SETS;
export const setNames: readonly SetName[] = ["shop", "cases"];

export interface ContractSet extends RunningApp {
  readonly api: OpenApi;
  readonly mount: string;
  readonly backend: ScriptedBackend;
  readonly contracts: readonly Contract[];
  operationOf(contract: Contract): OpenApiOperation;
}

export const startSet = async (name: SetName, flags: readonly string[] = []): Promise<ContractSet> => {
  const { contracts, document, mount, prefix } = SETS[name];
  const backend = await startScriptedBackend();
  const environment = { [`${prefix}_URL`]: backend.url, [`${prefix}_TOKEN`]: "canary-77bd-token-of-the-properties" };
  const running = await startRunningApp({ contracts: contracts(), environment, flags });
  const api = openApi(document);
  const operationOf = ({ tool, operation }: Contract): OpenApiOperation => {
    const found = operation.kind === "rest" ? api.find(operation.method, operation.path.template) : undefined;
    if (found === undefined) throw new Error(`${tool} has no operation`);
    return found;
  };
  const stop = async (): Promise<void> => {
    await running.stop();
    await backend.close();
  };
  return { ...running, api, mount, backend, contracts: running.app.catalog.contracts, operationOf, stop };
};

/** What reaches the backend while something is done. */
export const arrivals = async <T>(
  { backend }: ContractSet,
  act: () => Promise<T>,
): Promise<readonly [T, readonly RecordedRequest[]]> => {
  backend.reset();
  const done = await act();
  return [done, backend.requests()];
};

export const bytesOf = (request: RecordedRequest | undefined): string =>
  JSON.stringify([request?.method, request?.target, request?.headers, request?.body.toString("utf8")]);
