// A backend that gives back what an example says came back: the past of an example goes through the same walk as any call,
// so that what it leaves behind is what a real one would have left.
import { isDeepStrictEqual } from "node:util";
import type { BackendAnswer, JsonValue } from "../call.ts";
import type { Backend } from "../backend/backend.ts";
import type { Contract, Example } from "../contract/contract.ts";
import { type Checked, accept, refuse } from "../refusal.ts";
import { answerLike } from "./recorded-outcome.ts";

type Past = NonNullable<Example["past"]>;

/** Each of the past answers once, in order; what rules look up is the last that was answered so far. */
export const createRecordedBackend = (past: Past): Backend => {
  const waiting = [...past];
  const answered: Past[number][] = [];
  return {
    send: async ({ call, contract }) => {
      const isThis = (one: Past[number]): boolean =>
        one.tool === call.tool && isDeepStrictEqual(JSON.parse(JSON.stringify(one.arguments)), call.arguments);
      const next = waiting.find(isThis);
      const found = call.ingress === "lookup" ? (answered.findLast(isThis) ?? next) : next;
      if (found !== undefined && call.ingress !== "lookup") answered.push(...waiting.splice(waiting.indexOf(found), 1));
      if (found !== undefined) return answerWith(contract, found.result);
      const detail = `The example's past has no ${call.tool} with these arguments: add it.`;
      return refuse("upstream_unavailable", detail);
    },
    close: async () => {},
  };
};

const SUCCESSES = [200, 201, 202, 203, 206];

const answerWith = (contract: Contract, result: JsonValue): Checked<BackendAnswer> => {
  if (contract.operation.kind === "mcp")
    return answerLike(accept({ kind: "content", content: [], structured: result, isError: false }));
  const status = SUCCESSES.find((code) => takes(contract, code, result)) ?? 200;
  return answerLike(accept({ kind: "json", status, value: result, headers: [] }));
};

/** A document's `default` answer is its error, most of the time: what counts is whether the result fits. */
const takes = ({ output }: Contract, status: number, result: JsonValue): boolean =>
  output
    .answer(status)
    .some(({ kind, project }) => kind === "json" && (project === undefined || project(result) !== undefined));
