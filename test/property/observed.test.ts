// Sound in observe mode: the contract's narrowing is not enforced, and all that reaches the backend is an instance of its own
// document all the same, with what the contract pins. Arguments are valid ones with up to three changes.
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Contract } from "../../src/contract/contract.ts";
import { placeAuthored } from "../support/authored.ts";
import { isSayable } from "../support/flat-arguments.ts";
import { memberOf } from "../support/json.ts";
import { mutationsOf } from "../support/mutations.ts";
import { type ArrivedRequest, readArrived } from "../support/openapi-request.ts";
import { writeRest } from "../support/rest-form.ts";
import { valuesOf } from "../support/schema-values.ts";
import { createSecondOpinion } from "../support/second-opinion.ts";
import { isLong, seed } from "../support/seed.ts";
import { type ContractSet, arrivals, setNames, startSet } from "./contract-sets.ts";

const ajv = createSecondOpinion();
const numRuns = isLong ? 20_000 : 500;

/** All that the contract sets itself, as the backend has to see it. */
const pinnedIn = ({ pins }: Contract, { values }: ArrivedRequest): readonly unknown[] =>
  Object.keys(pins).map((name) => {
    const [parameter] = [...values].filter(([key]) => key.endsWith(` ${name}`)).map(([, value]) => value);
    return parameter ?? memberOf(values.get("body"), name);
  });

describe.each(setNames)("contracts of %s", (name) => {
  let set: ContractSet;
  beforeAll(async () => {
    const every = await startSet(name);
    const tools = every.contracts.map(({ tool }) => tool);
    await every.stop();
    set = await startSet(name, ["--observe", tools.join(",")]);
  }, 30_000);
  afterAll(() => set.stop());

  const calls = (): fc.Arbitrary<readonly [Contract, unknown, boolean]> =>
    fc.oneof(
      ...set.contracts.map((contract) => {
        const isValid = ajv.compile(contract.inputSchema);
        const given = valuesOf(contract.inputSchema).filter((value) => isValid(value));
        const once = given.chain(mutationsOf);
        const changed = fc.oneof(once, once.chain(mutationsOf), once.chain(mutationsOf).chain(mutationsOf));
        return fc.tuple(fc.constant(contract), changed, fc.boolean());
      }),
    );

  /** What no HTTP request can say comes over /call. */
  const send = async ([contract, given, isRest]: readonly [Contract, unknown, boolean]): Promise<unknown> => {
    const operation = set.operationOf(contract);
    const placed = placeAuthored(contract, Object(given), false);
    return isRest && isSayable(operation, placed)
      ? set.send(writeRest(operation, placed, set.mount))
      : set.call(contract.tool, given);
  };

  it("forwards nothing but what the document takes", async () => {
    let refused = 0;
    let overridden = 0;
    await fc.assert(
      fc.asyncProperty(calls(), async (call) => {
        const [contract, given] = call;
        const [, requests] = await arrivals(set, () => send(call));
        for (const request of requests) {
          const arrived = readArrived(set.api, request);
          expect([given, arrived.problems]).toEqual([given, []]);
          expect(arrived.operation).toBe(set.operationOf(contract));
          expect(pinnedIn(contract, arrived)).toEqual(Object.values(contract.pins));
        }
        if (requests.length === 0) refused += 1;
        else if (!ajv.validate(contract.inputSchema, given)) overridden += 1;
      }),
      { seed, numRuns },
    );
    console.log(
      `${name}, seed ${seed}: of ${numRuns}, ${refused} refused and ${overridden} forwarded against the contract`,
    );
    expect(refused).toBeGreaterThan(numRuns / 10);
    expect(overridden).toBeGreaterThan(numRuns / 20);
  }, 1_200_000);
});
