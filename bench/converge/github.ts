// Operations of GitHub's document, spread over all of it, as a folder of contracts that expose them as they are. The rest of
// the document stays where it was: what a path argument could spell is still there.
import { readFileSync } from "node:fs";
import { githubDocument, namesOf, writeOperations } from "../../test/support/github-contracts.ts";
import type { ContractSet } from "./system.ts";

export interface GithubSet {
  readonly set: ContractSet;
  readonly remove: () => void;
}

/** Every n-th operation: `count` of them or a few more. */
export const writeGithub = (count: number): GithubSet => {
  const document: { readonly paths: object } = JSON.parse(readFileSync(githubDocument, "utf8"));
  const all = namesOf(document);
  const step = Math.max(1, Math.floor(all.length / count));
  const operations = all.filter((_, index) => index % step === 0);
  const { folder, remove } = writeOperations({ document: githubDocument, operations });
  const set: ContractSet = {
    name: "github",
    folder,
    document: githubDocument,
    address: "GITHUB_URL",
    environment: {},
    caller: "anonymous",
    time: "2026-05-08T12:00:00+02:00",
    jumpMs: 0,
  };
  return { set, remove };
};
