// A token that proved good once: remembered, and no longer than it is good.
import { expect, it } from "vitest";
import { createCallerFinder } from "../../src/run/caller.ts";
import { createRunProof } from "../../src/run/run-proof.ts";
import { mintToken } from "../../src/run/token.ts";
import { KEY, NOW, bot } from "./caller-set.ts";

const tokenOf = (id: string): string =>
  mintToken({ id, lineage: [id], caller: "bot", claims: {}, grants: [{}], expiresAt: NOW + 1000 }, KEY) ?? "";

it("is proven once, and not any more when its time is over", () => {
  let now = NOW;
  const prove = createRunProof(KEY, createCallerFinder([bot], false), () => now);
  const first = prove(tokenOf("run_1"));
  expect(first?.value.run.id).toBe("run_1");
  expect(prove(tokenOf("run_1"))).toBe(first);
  now = NOW + 999;
  expect(prove(tokenOf("run_1"))).toBe(first);
  now = NOW + 1000;
  expect(prove(tokenOf("run_1"))).toBeUndefined();
  expect(prove(`${tokenOf("run_1")}=`)).toBeUndefined();
});

it("is remembered among so many others at most", () => {
  const prove = createRunProof(KEY, createCallerFinder([bot], false), () => NOW);
  const first = prove(tokenOf("run_1"));
  for (let index = 0; index < 10_000; index += 1) prove(tokenOf(`other_${index}`));
  expect(prove(tokenOf("run_1"))).toEqual(first);
  expect(prove(tokenOf("run_1"))).not.toBe(first);
});

it("cannot be changed by who gets it", () => {
  const proven = createRunProof(KEY, createCallerFinder([bot], false), () => NOW)(tokenOf("run_1"));
  expect(
    [proven?.value, proven?.value.run, proven?.value.run.grants, proven?.value.caller.claims].every(Object.isFrozen),
  ).toBe(true);
});
