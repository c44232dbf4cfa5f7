// GitHub's REST description as a folder of contracts: one file per operation, each exposing it as it is. Made anew in a
// temporary folder, because 1,200 generated files are no part of a repository.
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { writeFolder } from "./folder.ts";

export const githubDocument = fileURLToPath(import.meta.resolve("@octokit/openapi/generated/api.github.com.json"));

export interface OperationName {
  readonly tool: string;
  readonly method: string;
  readonly template: string;
}

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch"];

/** `repos/get-content` becomes the tool `repos_get-content`; longer names than model APIs take are cut, with a number. */
export const namesOf = (document: { readonly paths: object }): readonly OperationName[] => {
  const operations = Object.entries(document.paths).flatMap(([template, item]) =>
    METHODS.filter((method) => Object.hasOwn(Object(item), method)).map((method) => ({
      template,
      method,
      id: String(item[method].operationId),
    })),
  );
  return operations.map(({ template, method, id }, index) => {
    const name = id.replaceAll(/[^A-Za-z0-9_-]/g, "_");
    return { template, method, tool: name.length > 64 ? `${name.slice(0, 58)}_${index}` : name };
  });
};

export interface ContractsFolder {
  readonly folder: string;
  remove(): void;
}

export interface FolderOptions {
  readonly document: string;
  readonly operations: readonly OperationName[];
  readonly mount?: string;
}

/** A backend whose address is the variable GITHUB_URL, and a contract for each operation. */
export const writeOperations = ({ document, operations, mount = "/github" }: FolderOptions): ContractsFolder => {
  const options = JSON.stringify({ name: "github", document, mount });
  const contracts = operations.map((operation) => [`operation/${operation.tool}.ts`, contractText(operation)] as const);
  const folder = writeFolder({
    "backend.ts": `import { defineRestBackend, env } from "checkrein";\nexport const github = defineRestBackend({ ...${options}, url: env("GITHUB_URL") });\n`,
    ...Object.fromEntries(contracts),
  });
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
};

const contractText = ({ tool, method, template }: OperationName): string =>
  [
    'import { defineContract } from "checkrein";',
    'import { github } from "../backend.ts";',
    `export default defineContract({ tool: ${JSON.stringify(tool)}, description: "As it is.", operation: github.${method}(${JSON.stringify(template)}) });`,
    "",
  ].join("\n");
