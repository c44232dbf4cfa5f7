// Complete and same: what is made from a contract's schema is forwarded value-equal, and REST, /call and /check agree on
// the decision and on the backend's request. One change away, they agree as well.
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Contract } from "../../src/contract/contract.ts";
import { placeAuthored } from "../support/authored.ts";
import { isSame, isSayable } from "../support/flat-arguments.ts";
import { mutationsOf } from "../support/mutations.ts";
import { readArrived } from "../support/openapi-request.ts";
import { writeRest } from "../support/rest-form.ts";
import { valuesOf } from "../support/schema-values.ts";
import { createSecondOpinion } from "../support/second-opinion.ts";
import { isLong, seed } from "../support/seed.ts";
import { type ContractSet, arrivals, bytesOf, setNames, startSet } from "./contract-sets.ts";

const ajv = createSecondOpinion();
const numRuns = isLong ? 2000 : 60;
type Given = Readonly<Record<string, unknown>>;

describe.each(setNames)("contracts of %s", (name) => {
  let set: ContractSet;
  beforeAll(async () => {
    set = await startSet(name);
  }, 30_000);
  afterAll(() => set.stop());

  /** Whether the arguments can be written, by rules of the HTTP form alone. */
  const canBeSaid = (contract: Contract, given: Given): boolean => {
    const operation = set.operationOf(contract);
    const placed = placeAuthored(contract, given, true);
    if (!isSayable(operation, placed)) return false;
    const [path = ""] = writeRest(operation, placed, "").target.split("?");
    return set.api.templatesFor(path)[0] === operation.template;
  };

  const judged = async (contract: Contract, given: Given) => {
    const [call, called] = await arrivals(set, () => set.call(contract.tool, given));
    const [check, checked] = await arrivals(set, () => set.call(contract.tool, given, "/check"));
    expect(checked).toEqual([]);
    // A backend's answer that does not fit is no refusal of the call.
    expect(called.length > 0).toBe(check.status === 200);
    if (called.length === 0) expect([check.status, check.code]).toEqual([call.status, call.code]);
    return { call, request: called[0], times: called.length };
  };

  it("forwards values of every schema value-equal, once, the same over REST and /call", async () => {
    const counts = { forwarded: 0, refused: 0 };
    for (const contract of set.contracts) {
      const operation = set.operationOf(contract);
      const isValid = ajv.compile(contract.inputSchema);
      await fc.assert(
        fc.asyncProperty(valuesOf(contract.inputSchema), async (value) => {
          fc.pre(isValid(value));
          const given = value as Given; // the schema is that of an object
          const { call, request, times } = await judged(contract, given);
          const isForwarded = canBeSaid(contract, given) && call.code !== "check_failed";
          counts[isForwarded ? "forwarded" : "refused"] += 1;
          expect([contract.tool, times, call.text]).toEqual([contract.tool, isForwarded ? 1 : 0, call.text]);
          if (request === undefined) return;
          const arrived = readArrived(set.api, request);
          expect(arrived.problems).toEqual([]);
          expect(isSame(set.api, operation, placeAuthored(contract, given, true), arrived.values)).toBe(true);
          const [, rest] = await arrivals(set, () =>
            set.send(writeRest(operation, placeAuthored(contract, given, false), set.mount)),
          );
          expect(rest.map(bytesOf)).toEqual([bytesOf(request)]);
        }),
        { seed, numRuns },
      );
    }
    console.log(
      `${name}, seed ${seed}: ${counts.forwarded} forwarded, ${counts.refused} refused by a check or unsayable`,
    );
    expect(counts.forwarded).toBeGreaterThan(set.contracts.length * 10);
  }, 600_000);

  it("gives one decision and one backend request for a call that is one change away from valid", async () => {
    const counts = { valid: 0, invalid: 0 };
    for (const contract of set.contracts) {
      const operation = set.operationOf(contract);
      const isValid = ajv.compile(contract.inputSchema);
      const changed = valuesOf(contract.inputSchema)
        .filter((value) => isValid(value))
        .chain(mutationsOf);
      await fc.assert(
        fc.asyncProperty(changed, async (value) => {
          const { request, call } = await judged(contract, value as Given); // any JSON may be sent; the type only says how it is read
          counts[request === undefined ? "invalid" : "valid"] += 1;
          if (!isValid(value))
            expect([contract.tool, request, call.code]).toEqual([contract.tool, undefined, "invalid_arguments"]);
          if (request === undefined) return;
          expect(readArrived(set.api, request).problems).toEqual([]);
          const [, rest] = await arrivals(set, () =>
            set.send(writeRest(operation, placeAuthored(contract, value as Given, false), set.mount)),
          ); // valid, so an object
          expect(rest.map(bytesOf)).toEqual([bytesOf(request)]);
        }),
        { seed, numRuns },
      );
    }
    console.log(`${name}, seed ${seed}: ${counts.invalid} invalid, ${counts.valid} still valid`);
    expect(counts.invalid).toBeGreaterThan(counts.valid);
  }, 600_000);
});
