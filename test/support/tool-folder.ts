// A folder of contracts for one test, with a backend that takes a credential and whatever else the test wants of it.
import { rmSync } from "node:fs";
import { writeContracts } from "./contracts-folder.ts";

export interface ToolFolder {
  readonly path: string;
  remove(): void;
}

export interface ToolFolderContents {
  readonly document: unknown;
  /** Further members of the backend, as source text: `deadlineMs: 300`. */
  readonly backend?: string;
  /** Tool name to the members of its contract but name and description, as source text. `api` is the backend, `z` is zod. */
  readonly tools: Readonly<Record<string, string>>;
}

/** The backend's URL and token are references to `API_URL` and `API_TOKEN`. */
export const writeToolFolder = ({ document, backend = "", tools }: ToolFolderContents): ToolFolder => {
  const contracts = Object.entries(tools).map(
    ([tool, members]) => [`${tool}.ts`, contractText(tool, members)] as const,
  );
  const path = writeContracts({
    "openapi.json": JSON.stringify(document),
    "backend.ts": backendText(backend),
    ...Object.fromEntries(contracts),
  });
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
};

const backendText = (more: string): string =>
  `import { bearer, defineRestBackend, env, secret } from "checkrein";
export const api = defineRestBackend({ name: "api", document: "openapi.json", url: env("API_URL"), credential: bearer(secret("API_TOKEN")), ${more} });\n`;

const contractText = (tool: string, members: string): string =>
  `import { approval, budget, defineContract, exclusive, forbids, jsonSchema, limit, lookup, once, requires, secretField, z } from "checkrein";
import { api } from "./backend.ts";
export default defineContract({ tool: ${JSON.stringify(tool)}, description: "A tool.", ${members} });\n`;
