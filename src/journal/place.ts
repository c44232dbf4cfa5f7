// Where the settings say that records go.
import { join } from "node:path";

export type Place =
  | { readonly kind: "none" }
  | { readonly kind: "stream" }
  | { readonly kind: "sqlite" | "lines"; readonly path: string };

/** As the settings `journal` and `stateDirectory` have it. */
export interface PlaceSettings {
  readonly journal: string;
  readonly stateDirectory: string;
}

export const journalPlace = ({ journal, stateDirectory }: PlaceSettings): Place => {
  if (journal === "") return { kind: "sqlite", path: join(stateDirectory, "journal.sqlite") };
  if (journal === "none") return { kind: "none" };
  if (journal === "stdout") return { kind: "stream" };
  const [kind = "", ...path] = journal.split(":");
  return { kind: kind === "sqlite" ? "sqlite" : "lines", path: path.join(":") };
};
