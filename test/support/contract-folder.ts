// A contracts folder of a few files, written for one test and removed after it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ContractsFolder } from "./github-contracts.ts";

export interface FolderContents {
  readonly document: object;
  /** By file name without `.ts`: the text inside `defineContract({…})`; `api` is the backend, its address API_URL. */
  readonly contracts: Readonly<Record<string, string>>;
}

/** The backend is `api`, mounted at `/api`. */
export const writeContractFolder = ({ document, contracts }: FolderContents): ContractsFolder => {
  const folder = mkdtempSync(join(tmpdir(), "checkrein-contracts-"));
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  write("openapi.json", JSON.stringify({ openapi: "3.1.0", info: { title: "test", version: "1" }, ...document }));
  write("backend.ts", 'import { defineRestBackend, env } from "checkrein";\nexport const api = defineRestBackend({ name: "api", document: "openapi.json", url: env("API_URL") });\n');
  for (const [tool, text] of Object.entries(contracts)) {
    write(`${tool}.ts`, `import { defineContract, jsonSchema, z } from "checkrein";\nimport { api } from "./backend.ts";\nexport default defineContract({ tool: "${tool}", description: "A test.", ${text} });\n`);
  }
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
};
