// A folder of contracts for one test, with a backend that takes a credential and whatever else the test wants of it. Each has
// a path of its own, because a module is imported once in a process.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

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
  const path = mkdtempSync(join(tmpdir(), "checkrein-tools-"));
  writeFileSync(join(path, "openapi.json"), JSON.stringify(document));
  writeFileSync(
    join(path, "backend.ts"),
    `import { bearer, defineRestBackend, env, secret } from "checkrein";
export const api = defineRestBackend({ name: "api", document: "openapi.json", url: env("API_URL"), credential: bearer(secret("API_TOKEN")), ${backend} });\n`,
  );
  for (const [tool, members] of Object.entries(tools)) {
    writeFileSync(
      join(path, `${tool}.ts`),
      `import { defineContract, jsonSchema, secretField, z } from "checkrein";
import { api } from "./backend.ts";
export default defineContract({ tool: ${JSON.stringify(tool)}, description: "A tool.", ${members} });\n`,
    );
  }
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
};
