// Calls that no other is like, so that what arrives at a backend can be told apart.
import type { Call } from "./ingress.ts";

let last = 0;
const tag = (): string => `f${String((last += 1)).padStart(7, "0")}`;

/** Idempotent: it may be sent once more. */
export const readCall = (): Call => ({ tool: "get_order", arguments: { orderId: `ord_${tag()}` } });
/** Never sent twice. */
export const writeCall = (): Call => ({ tool: "upload_note", arguments: { text: tag() } });
/** Never sent twice either. */
export const refundCall = (): Call => {
  const one = tag();
  const args = { orderId: `ord_${one}`, amount: 100, reason: "late", idempotencyKey: `key-${one}` };
  return { tool: "create_refund", arguments: args };
};
