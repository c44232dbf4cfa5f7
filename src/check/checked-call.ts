// The permit. A CheckedCall can only be made in this room: its class has a private field and is exported as a type
// alone, so that neither an object literal nor a `new` elsewhere can pass for one. Backends accept nothing else.
import type { BuiltRequest, ToolCall } from "../call.ts";
import type { Contract } from "../contract/contract.ts";
import type { Ticket } from "./rules.ts";

class Permit {
  readonly #request: BuiltRequest;
  readonly call: ToolCall;
  readonly contract: Contract;
  /** What the call has claimed, and what it will leave behind; undefined when no rule cares. */
  readonly ticket: Ticket | undefined;

  constructor(call: ToolCall, contract: Contract, request: BuiltRequest, ticket: Ticket | undefined) {
    this.call = call;
    this.contract = contract;
    this.ticket = ticket;
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
export const permit = (
  call: ToolCall,
  contract: Contract,
  request: BuiltRequest,
  ticket: Ticket | undefined,
): CheckedCall => new Permit(call, contract, request, ticket);
