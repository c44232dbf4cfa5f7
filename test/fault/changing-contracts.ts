// The contracts of the faults in a folder that a test may write to, and the sidecar's admin port beside it.
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeFolder } from "../support/folder.ts";
import { ADMIN_TOKEN, type Stage } from "./stage.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const textsIn = (folder: string): readonly (readonly [string, string])[] =>
  readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]);

/** As they are in `contracts`. What they take from the cases stands beside them, where only imports look. */
export const contractTexts = (): Readonly<Record<string, string>> =>
  Object.fromEntries([
    ...textsIn(here("contracts")).map(([name, text]) => [name, text.replace("../../case/contracts", "./.case")]),
    ...textsIn(here("../case/contracts")).map(([name, text]) => [
      `.case/${name}`,
      text.replace("../../data/cases", here("../data/cases")),
    ]),
  ]);

export interface ChangingContracts {
  readonly folder: string;
  write(name: string, text: string): void;
  /** As it was in the beginning. */
  restore(name: string): void;
  remove(): void;
}

/** With `more` beside them, or instead of those of the same name. */
export const writeChangingContracts = (more: Readonly<Record<string, string>> = {}): ChangingContracts => {
  const texts = { ...contractTexts(), ...more };
  const folder = writeFolder(texts);
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  return {
    folder,
    write,
    restore: (name) => write(name, texts[name] ?? ""),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};

/** Status and body of the answer. */
export const askAdmin = async (
  { adminUrl }: Pick<Stage, "adminUrl">,
  path: string,
  method: "GET" | "POST" = "GET",
): Promise<{ readonly status: number } & Readonly<Record<string, unknown>>> => {
  const headers = {
    authorization: `Bearer ${ADMIN_TOKEN}`,
    "content-type": "application/json",
    connection: "close", // one that stays would be a descriptor more than before
  };
  const answer = await fetch(adminUrl + path, { method, headers, ...(method === "POST" && { body: "{}" }) });
  return { ...Object(await answer.json()), status: answer.status };
};
