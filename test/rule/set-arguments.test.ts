// What rules find at an argument that is set for the agent: it is told without the place, and nothing that it could send helps.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { memberOf } from "../support/json.ts";
import { ADMIN_TOKEN, type RunningApp, startRunningApp } from "../support/running-app.ts";
import { writeContracts } from "../support/contracts-folder.ts";

const judge = (tool: string, answer: string): string =>
  `import { check, defineContract, local, z } from "checkrein";
   export default defineContract({ tool: "${tool}", description: "A tool.", operation: local(),
     input: z.strictObject({ amount: z.int(), tenant: z.string().optional() }), rules: [check("fits", () => (${answer}))] });`;
const AT_TENANT = '{ path: "/tenant", message: "is not served", accepts: { enum: ["umbrella"] } }';

let app: RunningApp;
let token: string;
beforeAll(async () => {
  const contracts = writeContracts({
    "one.ts": judge("one", AT_TENANT),
    "below.ts": judge("below", '[{ path: "/tenant/a", message: "is not served" }]'),
    "both.ts": judge("both", `[${AT_TENANT}, { path: "/amount", message: "is too much" }]`),
  });
  app = await startRunningApp({ contracts, environment: {} });
  const pin = { tenant: { pin: { value: "acme" } } };
  const answer = await fetch(`${app.app.adminUrl}/runs`, {
    method: "POST",
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify({ caller: "anonymous", grant: { arguments: { one: pin, below: pin, both: pin } } }),
  });
  token = String(memberOf(await answer.json(), "token"));
});
afterAll(() => app.stop());

const check = async (
  tool: string,
  args: object,
  ...proof: readonly (readonly [string, string])[]
): Promise<unknown> => {
  const headers = [["content-type", "application/json"], ...proof] as const;
  const body = JSON.stringify({ tool, arguments: args });
  return JSON.parse((await app.send({ method: "POST", target: "/check", headers, body })).text);
};
const checkPinned = (tool: string): Promise<unknown> =>
  check(tool, { amount: 1 }, ["authorization", `Bearer ${token}`]);

describe("a check", () => {
  it.each(["one", "below"])("that finds fault with nothing else stops the agent (%s)", async (tool) => {
    const refusal = await checkPinned(tool);
    expect(refusal).toMatchObject({ code: "forbidden_by_rule", class: "stop" });
    expect(memberOf(refusal, "detail")).toBe('The arguments fail the check "fits".');
    expect(memberOf(refusal, "issues")).toEqual([{ path: "", code: "fits", message: "is not served" }]);
  });

  it("that finds fault with more has the rest mended", async () => {
    expect(await checkPinned("both")).toMatchObject({
      code: "check_failed",
      class: "fix_arguments",
      issues: [{ path: "" }, { path: "/amount" }],
    });
  });

  it("tells the place where the agent says it itself", async () => {
    const refusal = await check("one", { amount: 1, tenant: "acme" });
    expect(refusal).toMatchObject({ class: "fix_arguments", issues: [{ path: "/tenant", accepts: {} }] });
  });
});
