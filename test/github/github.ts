// GitHub's whole REST description behind a running sidecar: every operation as it is, the backend a recorder.
import { readFileSync } from "node:fs";
import { type OperationName, githubDocument, namesOf, writeOperations } from "../support/github-contracts.ts";
import { type OpenApi, readOpenApi } from "../support/openapi-document.ts";
import { type RunningApp, startRunningApp } from "../support/running-app.ts";
import { type ScriptedBackend, startScriptedBackend } from "../support/scripted-backend.ts";

export const MOUNT = "/github";

export interface Github extends RunningApp {
  readonly api: OpenApi;
  readonly operations: readonly OperationName[];
  readonly backend: ScriptedBackend;
}

export const startGithub = async (): Promise<Github> => {
  const document: { readonly paths: object } = JSON.parse(readFileSync(githubDocument, "utf8"));
  const operations = namesOf(document);
  const backend = await startScriptedBackend();
  const { folder, remove } = writeOperations({ document: githubDocument, operations, mount: MOUNT });
  const running = await startRunningApp({ contracts: folder, environment: { GITHUB_URL: backend.url } });
  remove();
  const stop = async (): Promise<void> => {
    await running.stop();
    await backend.close();
  };
  return { ...running, api: readOpenApi(document), operations, backend, stop };
};
