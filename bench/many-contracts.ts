// A folder of so many contracts of one operation, for measurements: what they cost is theirs alone.
import { rmSync } from "node:fs";
import { writeFolder } from "../test/support/folder.ts";

const DOCUMENT = {
  openapi: "3.1.0",
  info: { title: "Notes", version: "1" },
  paths: {
    "/notes/{id}": {
      get: {
        parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
        responses: { 200: { content: { "application/json": { schema: { type: "object", properties: {} } } } } },
      },
    },
  },
};

const BACKEND = `import { defineRestBackend } from "checkrein";
export const notes = defineRestBackend({ name: "notes", document: "openapi.json", url: "http://127.0.0.1:9" });`;

export const contractText = (index: number, most = 64): string =>
  `import { defineContract, limit, z } from "checkrein";
import { notes } from "./backend.ts";
export default defineContract({
  tool: "get_note_${index}", description: "Reads a note of folder ${index}.", operation: notes.get("/notes/{id}"), rest: false,
  input: z.strictObject({ id: z.string().regex(/^[a-z]{1,20}$/).max(${most}) }), rules: [limit(10, { per: "run" })] });`;

export const contractFile = (index: number): string => `get-note-${index}.ts`;

export const writeManyContracts = (count: number): { readonly folder: string; remove(): void } => {
  const contracts = Array.from({ length: count }, (_, index) => [contractFile(index), contractText(index)] as const);
  const folder = writeFolder({
    "openapi.json": JSON.stringify(DOCUMENT),
    "backend.ts": BACKEND,
    ...Object.fromEntries(contracts),
  });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
};
