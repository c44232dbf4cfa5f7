// Where the settings say that records go: for whoever writes them, and for whoever looks for them.
import { join } from "node:path";
import type { Settings } from "./settings.ts";

export type JournalPlace =
  | { readonly kind: "none" }
  | { readonly kind: "stream" }
  | { readonly kind: "sqlite" | "lines"; readonly path: string };

export const journalPlace = ({
  journal,
  stateDirectory,
}: Pick<Settings, "journal" | "stateDirectory">): JournalPlace => {
  if (journal === "") return { kind: "sqlite", path: join(stateDirectory, "journal.sqlite") };
  if (journal === "none") return { kind: "none" };
  if (journal === "stdout") return { kind: "stream" };
  const [kind = "", ...path] = journal.split(":");
  return { kind: kind === "sqlite" ? "sqlite" : "lines", path: path.join(":") };
};
