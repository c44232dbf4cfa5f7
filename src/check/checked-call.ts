// The permit. A CheckedCall can only be made in this room: its class has a private field and is exported as a type
// alone, so that neither an object literal nor a `new` elsewhere can pass for one. Backends accept nothing else.
import type { BuiltRequest, ToolCall } from "../call.ts";
import type { Contract } from "../contract/contract.ts";

class Permit {
  readonly #request: BuiltRequest;
  readonly call: ToolCall;
  readonly contract: Contract;

  constructor(call: ToolCall, contract: Contract, request: BuiltRequest) {
    this.call = call;
    this.contract = contract;
    this.#request = request;
    Object.freeze(this);
  }

  /** What was checked is what is sent: the only way to the request. */
  get request(): BuiltRequest {
    return this.#request;
  }
}

export type CheckedCall = Permit;

/** Only `check/` may call this: the import map confines it. */
export const permit = (call: ToolCall, contract: Contract, request: BuiltRequest): CheckedCall =>
  new Permit(call, contract, request);
