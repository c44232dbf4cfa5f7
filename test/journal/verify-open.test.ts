// Which calls have no end, as verifying tells it: a lookup has the id of the call that it was made for, and is another call.
import { describe, expect, it } from "vitest";
import { newChain, sealAll } from "../../src/journal/chain.ts";
import { verifyJournal } from "../../src/journal/verify.ts";
import { type Made, asWritten, made } from "./records.ts";

const openIn = (...records: readonly Made[]): unknown => {
  const bodies = records.map((record) => asWritten(record).body);
  return verifyJournal(sealAll(bodies, newChain()).lines).chains[0]?.open;
};
const intent = { kind: "intent" };
const lookup = { ingress: "lookup", arguments: { a: 1, ingress: "call" } };

describe("a call without an end", () => {
  it("is not closed by the end of a lookup that was made for it", () => {
    expect(openIn(made("a", intent), made("a", lookup))).toEqual({ calls: ["a"], more: 0 });
    expect(openIn(made("a", { ...lookup, ...intent }), made("a", intent), made("a"))).toEqual({
      calls: ["a"],
      more: 0,
    });
  });

  it("is closed by its own, whatever its caller is called", () => {
    const caller = 'x","ingress":"lookup';
    expect(openIn(made("a", { ...intent, caller }), made("a", { caller }))).toEqual({ calls: [], more: 0 });
    expect(openIn(made("a", { ...intent, ...lookup }), made("a", lookup))).toEqual({ calls: [], more: 0 });
  });
});
