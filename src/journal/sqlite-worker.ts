// The thread that writes a journal in SQLite: waiting for the disk holds up no call.
import type { Link } from "./chain.ts";
import type { KeepLimits, PrunePlan } from "./sink.ts";
import { openSqliteFile } from "./sqlite-file.ts";
import type { Written } from "./text.ts";
import { serveThread } from "./thread.ts";

export type Order =
  | { readonly kind: "append"; readonly records: readonly Written[]; readonly from: Link }
  | { readonly kind: "plan"; readonly limits: KeepLimits }
  | { readonly kind: "prune"; readonly through: number }
  | { readonly kind: "close" };

/** What it found when it opened the file. */
export interface Opened {
  readonly end: Link;
  readonly open: readonly string[];
}

serveThread<Order>((path) => {
  const file = openSqliteFile(path);
  return {
    opened: { end: file.end, open: file.open } satisfies Opened,
    obey: (order): Link | PrunePlan | boolean | undefined => {
      if (order.kind === "append") return file.append(order.records, order.from);
      if (order.kind === "plan") return file.planPrune(order.limits);
      if (order.kind === "prune") return file.prune(order.through);
      return file.close();
    },
    isLast: ({ kind }) => kind === "close",
  };
});
