// The whole sidecar in this process, in front of one backend whose document and tools a test writes itself.
import { type RunningApp, startRunningApp } from "./running-app.ts";
import { type ToolFolderContents, writeToolFolder } from "./tool-folder.ts";

export interface ToolApp extends ToolFolderContents {
  readonly backendUrl: string;
  readonly flags?: readonly string[];
}

/** The folder is gone when the sidecar has read it. */
export const startToolApp = async ({ backendUrl, flags = [], ...contents }: ToolApp): Promise<RunningApp> => {
  const folder = writeToolFolder(contents);
  const environment = { API_URL: backendUrl, API_TOKEN: "canary-77aa-token-of-the-tools" };
  return startRunningApp({ contracts: folder.path, environment, flags }).finally(() => folder.remove());
};
