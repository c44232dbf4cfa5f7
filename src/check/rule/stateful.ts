// What a contract's rules need beside the call itself, and whom they tell when an author's function misbehaves.
import type { Contract } from "../../contract/contract.ts";

/** A mistake of the author, or of ours: the call is denied, the operator is told. */
export type OnFault = (what: string, error: unknown) => void;

/** Whether judging a call reads what earlier calls of its run left behind. */
export const readsEvidence = (contract: Contract): boolean =>
  contract.rules.some(({ kind }) => kind === "requires" || kind === "known");
