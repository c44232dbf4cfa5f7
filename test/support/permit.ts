// A permit for what no rule looks at: tests of rooms behind it.
import type { ToolCall } from "../../src/call.ts";
import { checkLookup } from "../../src/check/check-call.ts";
import type { CheckedCall } from "../../src/check/checked-call.ts";
import type { Contract } from "../../src/contract/contract.ts";
import type { Checked } from "../../src/refusal.ts";

export const permitted = (contract: Contract, call: ToolCall): Checked<CheckedCall> =>
  checkLookup(
    {
      now: Date.now,
      onFault: (what, error) => {
        throw new Error(what, { cause: error });
      },
    },
    contract,
    call,
  );
