// How an author declares a contract. At run time it only freezes and brands: load checks everything, all at once.
// The types do the same for the author's editor: a property that is wrong has a sentence for its type.
import type { z } from "zod";
import type { JsonValue } from "../call.ts";
import type { RefusalCode } from "../refusal.ts";
import type { InputProblem, MapProblem, McpTool, PinProblem, Unless } from "./author/problem.ts";
import type { ResultOf } from "./author/operation-type.ts";
import type { Effect, Example } from "./contract.ts";
import type { JournalPolicy } from "./journal-policy.ts";
import type { JsonSchemaInput } from "./input/json-schema.ts";
import type { OperationDeclaration } from "./operation-declaration.ts";
import type { ClaimReference, Foreign, RuleOf } from "./rule/declaration.ts";

export type Schema = z.ZodType | JsonSchemaInput<unknown>;
export type Pins = { readonly [argument: string]: JsonValue | ClaimReference };

/** What a schema lets through. Nothing is known without one, or when it is bare JSON Schema. */
export type ValueOf<S> = S extends z.ZodType ? z.infer<S> : S extends JsonSchemaInput<infer T> ? T : unknown;

export type ArgumentsOf<Input> = [Input] extends [undefined] ? unknown : ValueOf<Input>;
export type ContractResult<Output, Operation> = [Output] extends [undefined] ? ResultOf<Operation> : ValueOf<Output>;

/** What the functions of rules see: arguments and pins. What nobody gave a type for can be anything. */
export type RuleArguments<Input, Pin> = ([unknown] extends [ArgumentsOf<Input>] ? Foreign : ArgumentsOf<Input>) &
  ([Pin] extends [never] // while the compiler does not know the pins yet
    ? unknown
    : { readonly [K in keyof Pin]: Pin[K] extends ClaimReference ? JsonValue : Pin[K] });

export interface ExampleDeclaration extends Example {
  readonly refused?: { readonly code: RefusalCode; readonly path?: string };
}

/** What an author writes. `input`, `pin` and `map` become sentences where they are wrong. */
export interface ContractDefinition<Operation, Input, Pin, Map, Output> {
  /** The name that agents call. */
  readonly tool: string;
  readonly operation: OperationDeclaration<Operation>;
  /** One closed object. Absent: the operation as it is, without what is pinned. */
  readonly input?: Unless<NoInfer<InputProblem<Operation, ArgumentsOf<Input>, Pin, Map>>, Input>;
  /** Members that only the sidecar sets; the agent does not see them. */
  readonly pin?: {
    readonly [K in keyof Pin]: Unless<
      NoInfer<PinProblem<Operation, ArgumentsOf<Input>, Map, K, Exclude<Pin[K], ClaimReference>>>,
      Pin[K]
    >;
  };
  /** Where an argument goes when its name alone does not say it: `{ key: "header.Idempotency-Key" }`. */
  readonly map?: {
    readonly [K in keyof Map]: Unless<NoInfer<MapProblem<Operation, ArgumentsOf<Input>, Pin, Map, K>>, Map[K]>;
  };
  /** Path arguments that may have `/` in them, sent as `%2F`. Only where the backend takes that as one part of its path. */
  readonly encodedSlash?: readonly ([unknown] extends [ArgumentsOf<Input>]
    ? string
    : keyof ArgumentsOf<Input> & string)[];
  /** What may come back; everything else of the answer is dropped. Default: the operation's own schema. */
  readonly output?: Output;
  /** What of the backend's errors the agent may see, by status. Default: the operation's own schemas. */
  readonly errors?: { readonly [status: number]: Schema };
  /** What has to hold beyond the arguments: earlier calls, counts, time, a person's word. Judged in this order. */
  readonly rules?: readonly RuleOf<RuleArguments<Input, NoInfer<Pin>>>[];
  /** Default: GET and HEAD read, DELETE is destructive, everything else writes. */
  readonly effect?: Effect;
  /** For backends that answer 200 to what failed: whether this result counts as done. */
  readonly succeeded?: (result: ContractResult<Output, Operation>) => boolean;
  /** `false`: another contract owns the REST route of this operation. */
  readonly rest?: boolean;
  /** Total time for one call. Default: the backend's. */
  readonly deadlineMs?: number;
  /** Refused attempts in a row in one run after which the tool is `stopped` there, 1 to 1000. Default: the operator's setting. */
  readonly attempts?: number;
  /**
   * What the journal keeps. `policy` is `required` for tools with effect: what is sent is on the disk before it leaves, or is not
   * sent; and `best_effort` for reads, which wait for nothing. `result`: `keep` (up to `maxResult` characters of JSON, 65536 by
   * default, 1,048,576 at most; secrets cut) or `digest`.
   */
  readonly journal?: Partial<JournalPolicy>;
  /** Calls that must pass, and calls that must be refused. `checkrein check` and `test` run them. */
  readonly examples?: readonly ExampleDeclaration[];
}

/** What agents read about a tool. That of an MCP server may have the server's own words, as the lock has them. */
type Described<Operation> = [Operation] extends [McpTool]
  ? { readonly description?: string }
  : { readonly description: string };

declare const contractTypes: unique symbol;

/** A contract before load. `Args`, `Pin` and `Result` are for the compiler alone. */
export interface ContractDeclaration<Args = unknown, Pin = unknown, Result = unknown> {
  readonly tool: string;
  readonly description?: string;
  readonly operation: OperationDeclaration;
  readonly input?: Schema;
  readonly pin?: Pins;
  readonly map?: { readonly [argument: string]: string };
  readonly encodedSlash?: readonly string[];
  readonly output?: Schema;
  readonly errors?: { readonly [status: number]: Schema };
  readonly rules?: readonly unknown[];
  readonly effect?: Effect;
  readonly succeeded?: (result: never) => boolean;
  readonly rest?: boolean;
  readonly deadlineMs?: number;
  readonly attempts?: number;
  readonly journal?: Partial<JournalPolicy>;
  readonly examples?: readonly ExampleDeclaration[];
  readonly [contractTypes]?: {
    readonly arguments: Args;
    readonly pin: Pin;
    readonly result: Result;
  };
}

const contracts = new WeakSet<object>();

/** Whether this very package made the value: a look-alike is not a contract. */
export const isContractDeclaration = (value: unknown): value is ContractDeclaration =>
  typeof value === "object" && value !== null && contracts.has(value);

/** The signature stands apart from the function: inside it the compiler would work all problems out for no contract. */
interface DefineContract {
  <
    Operation,
    Input extends Schema | undefined = undefined,
    const Pin extends Pins = {},
    const Map extends { readonly [argument: string]: string } = {},
    Output extends Schema | undefined = undefined,
  >(
    contract: ContractDefinition<Operation, Input, Pin, Map, Output> & Described<Operation>,
  ): ContractDeclaration<ArgumentsOf<Input>, Pin, ContractResult<Output, Operation>>;
}

export const defineContract: DefineContract = (contract: object) => {
  // The definition has the declaration's members, but for what load refuses.
  const declaration = Object.freeze({ ...contract }) as ContractDeclaration<never, never, never>;
  contracts.add(declaration);
  return declaration;
};
