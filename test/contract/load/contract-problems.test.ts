// What load refuses in one contract: each mistake with its file, its place and what mends it.
import { describe, expect, it } from "vitest";
import { contractFile, getOrder, loadProblems, refund } from "../../support/contracts-folder.ts";
import { badContracts, good, orderIdOf, pinned, withInput } from "./bad-contracts.ts";

describe("load refuses a contract with", () => {
  it.each(badContracts)("%s", async (_, text, place, message, mend) => {
    const problems = await loadProblems({ "tool.ts": text });
    const found = problems.find((problem) => problem.place === place);
    expect(problems).toContain(found);
    expect(found?.file).toBe("tool.ts");
    if (typeof message === "string") expect(found?.message).toBe(message);
    else expect(found?.message).toMatch(message);
    expect(found?.mend).toMatch(mend);
    expect(problems).toHaveLength(1);
  });

  it("a name that stands in two places, and its map", async () => {
    const unmapped = refund(`input: z.strictObject({ ${good} }), ${pinned}`).replace(
      'map: { orderId: "path.orderId" }, ',
      "",
    );
    expect(await loadProblems({ "tool.ts": unmapped })).toContainEqual({
      file: "tool.ts",
      place: "input.orderId",
      message: "'orderId' stands in more than one place of the operation: choose one in map",
      mend: 'write map: { "orderId": "path.orderId" or "body.orderId" }',
    });
  });

  it("two arguments for one place, or a place that is not there", async () => {
    const twice = withInput(`${good}, id: z.string()`).replace("map: {", 'map: { id: "path.orderId", ');
    expect((await loadProblems({ "tool.ts": twice })).map(({ message }) => message)).toEqual([
      "'id' and 'orderId' both go to path.orderId",
    ]);
    const nowhere = withInput(good).replace("path.orderId", "query.orderId");
    expect((await loadProblems({ "tool.ts": nowhere })).map(({ message }) => message)).toContain(
      "the operation has no place 'query.orderId'",
    );
    const idle = withInput(good).replace("map: {", 'map: { key: "header.Idempotency-Key", ');
    expect((await loadProblems({ "tool.ts": idle })).map(({ message }) => message)).toEqual([
      "'key' is neither in input nor in pin",
    ]);
  });
});

describe("load accepts", () => {
  it.each<[string, string]>([
    ["an operation as it is", getOrder()],
    ["an operation as it is, with a pin", getOrder('pin: { orderId: "ord_1" }')],
    [
      "input, pin and map",
      withInput(`${good}, key: z.string().optional()`).replace("map: {", 'map: { key: "header.idempotency-key", '),
    ],
    ["JSON Schema", orderIdOf('{ type: "string", minLength: 1 }')],
    ["a member that must be absent", withInput(`${good}, "Idempotency-Key": z.never().optional()`)],
    [
      "a local tool",
      contractFile('tool: "t", description: "x", operation: local(), input: z.strictObject({ a: z.string() })'),
    ],
    [
      "every other member",
      getOrder(
        'effect: "write", rest: false, deadlineMs: 5, attempts: 1000, output: z.object({ id: z.string() }), errors: { 404: z.object({}) }, succeeded: () => true, examples: [{ name: "x", arguments: {}, refused: { code: "invalid_arguments", path: "/orderId" } }]',
      ),
    ],
  ])("%s", async (_, text) => {
    expect(await loadProblems({ "tool.ts": text })).toEqual([]);
  });
});

describe("what the journal keeps of a result", () => {
  it.each(["1_048_576", "0"])("may have %s characters", async (most) => {
    expect(await loadProblems({ "tool.ts": getOrder(`journal: { maxResult: ${most} }`) })).toEqual([]);
  });

  it("is bounded", async () => {
    expect(await loadProblems({ "tool.ts": getOrder("journal: { maxResult: 1_048_577 }") })).toMatchObject([
      { place: "journal", mend: expect.stringMatching(/maxResult is at most 1048576$/) },
    ]);
  });
});

describe("an allowance of attempts", () => {
  it.each(["0", "1001", "1.5", '"5"', "null"])("is not %s", async (attempts) => {
    const [problem, ...more] = await loadProblems({ "tool.ts": getOrder(`attempts: ${attempts}`) });
    expect(more).toEqual([]);
    expect(problem).toMatchObject({
      place: "attempts",
      message: expect.stringMatching(/is not a whole number of attempts/),
      mend: "write one from 1 to 1000, or leave it out",
    });
  });
});
