// The thread that writes a journal in SQLite: waiting for the disk holds up no call. It does one thing after the other, as it is
// told, and answers each with what came of it.
import { parentPort, workerData } from "node:worker_threads";
import type { Link } from "./chain.ts";
import type { KeepLimits, PrunePlan } from "./sink.ts";
import { openSqliteFile } from "./sqlite-file.ts";
import type { Written } from "./text.ts";

export type Order =
  | { readonly kind: "append"; readonly records: readonly Written[] }
  | { readonly kind: "plan"; readonly limits: KeepLimits }
  | { readonly kind: "prune"; readonly through: number }
  | { readonly kind: "close" };

export type Reply =
  | { readonly kind: "opened"; readonly end: Link; readonly open: readonly string[] }
  | { readonly kind: "done"; readonly value: Link | PrunePlan | undefined }
  | { readonly kind: "failed"; readonly message: string };

const reply = (message: Reply): void => parentPort?.postMessage(message);
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const serve = (): void => {
  const file = openSqliteFile(String(workerData));
  const obey = (order: Order): Link | PrunePlan | undefined => {
    if (order.kind === "append") return file.append(order.records);
    if (order.kind === "plan") return file.planPrune(order.limits);
    if (order.kind === "prune") file.prune(order.through);
    else file.close();
    return undefined;
  };
  parentPort?.on("message", (order: Order) => {
    try {
      reply({ kind: "done", value: obey(order) });
    } catch (error) {
      reply({ kind: "failed", message: messageOf(error) });
    }
    if (order.kind === "close") parentPort?.close();
  });
  reply({ kind: "opened", end: file.end, open: file.open });
};

try {
  serve();
} catch (error) {
  reply({ kind: "failed", message: messageOf(error) });
}
