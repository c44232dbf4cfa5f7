// The declaration keeps the types of arguments, pins and result: rules are typed on them.
import { defineContract, z } from "checkrein";
import type { ContractDeclaration } from "../../../src/contract/define.ts";
import { shop } from "../fixture/backend.ts";

type Same<A, B> = [A, B] extends [B, A] ? true : false;
type Types<C> =
  C extends ContractDeclaration<infer Arguments, infer Pin, infer Result> ? [Arguments, Pin, Result] : never;
const same = <T extends true>(): T | undefined => undefined;
const told = { tool: "t", description: "d" };

const authored = defineContract({
  ...told,
  operation: shop.get("/orders/{orderId}"),
  input: z.strictObject({ orderId: z.string() }),
  output: z.object({ total: z.int() }),
  succeeded: (result) => result.total > 0,
});
same<Same<Types<typeof authored>, [{ orderId: string }, {}, { total: number }]>>();

const taken = defineContract({
  ...told,
  operation: shop.post("/orders/{orderId}/refunds"),
  pin: { currency: "EUR" },
  succeeded: (result) => result === undefined || result.status === "done",
});
type Refund = { id: string; status: "pending" | "done"; amount: number };
same<Same<Types<typeof taken>[1], { readonly currency: "EUR" }>>();
same<Same<Types<typeof taken>[2], Refund | undefined>>();

const listed = defineContract({
  ...told,
  operation: shop.get("/orders"),
  succeeded: (result) => result.length > 0,
});
same<Same<Types<typeof listed>[2][number]["total"], number>>();

// Only `default` is declared: its JSON is the result.
const settings = defineContract({ ...told, operation: shop.patch("/settings") });
same<Same<Types<typeof settings>[2], Record<string, never>>>();
