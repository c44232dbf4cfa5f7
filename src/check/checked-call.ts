// The permit. A CheckedCall can only be made in this room: its class has a private field and is exported as a type
// alone, so that neither an object literal nor a `new` elsewhere can pass for one. Backends accept nothing else.
import type { BuiltRequest, ToolCall } from "../call.ts";
import type { Contract } from "../contract/contract.ts";
import type { Refusal } from "../refusal.ts";
import type { Ticket } from "./rules.ts";

interface Permitted {
  readonly call: ToolCall;
  readonly contract: Contract;
  readonly request: BuiltRequest;
  /** What the call has claimed, and what it will leave behind; undefined when no rule cares. */
  readonly ticket: Ticket | undefined;
  /** What the call would be refused with if its tool were not observed only. */
  readonly observed?: Refusal;
}

class Permit {
  readonly #request: BuiltRequest;
  readonly call: ToolCall;
  readonly contract: Contract;
  readonly ticket: Permitted["ticket"];
  readonly observed: Refusal | undefined;

  constructor({ call, contract, request, ticket, observed }: Permitted) {
    this.call = call;
    this.contract = contract;
    this.ticket = ticket;
    this.observed = observed;
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
export const permit = (permitted: Permitted): CheckedCall => new Permit(permitted);
