// What an operation is worked out from.
import type { OnFault } from "./ask.ts";
import type { ToolCall } from "../../call.ts";
import type { Contract } from "../../contract/contract.ts";
import type { RuleContext, Trace } from "../../contract/rule/rule.ts";
import type { Scope } from "./scope.ts";

export interface Planning {
  readonly contract: Contract;
  readonly context: RuleContext;
  readonly call: ToolCall;
  /** What calls of this tool leave behind. */
  readonly trace: Trace | undefined;
  readonly scope: Scope;
  readonly onFault: OnFault;
}
