// What an operation does when its contract does not say: as HTTP means its method (RFC 9110, 9.2.1).
import type { Effect } from "./contract.ts";

/** GET and HEAD read, DELETE destroys, everything else writes. The method is in capitals. */
export const effectOfMethod = (method: string): Effect => {
  if (method === "DELETE") return "destructive";
  return method === "GET" || method === "HEAD" ? "read" : "write";
};
