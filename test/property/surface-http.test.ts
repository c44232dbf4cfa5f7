// The live surface over HTTP: for runs with any grant of tools, every list has the same tools and arguments, and what is not
// listed cannot be called, on any way in.
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { placeAuthored } from "../support/authored.ts";
import { isSayable } from "../support/flat-arguments.ts";
import { listOf, memberOf, membersOf } from "../support/json.ts";
import { writeRest } from "../support/rest-form.ts";
import { ADMIN_TOKEN } from "../support/running-app.ts";
import { valuesOf } from "../support/schema-values.ts";
import { createSecondOpinion } from "../support/second-opinion.ts";
import { isLong, seed } from "../support/seed.ts";
import { legacy, modern, rejectionOf, resultOf, sendMcp } from "../ingress/mcp-wire.ts";
import { type ContractSet, arrivals, setNames, startSet } from "./contract-sets.ts";

type Arguments = ReadonlyMap<string, readonly string[]>;

const namesIn = (schema: unknown): readonly string[] =>
  Object.keys(membersOf(memberOf(schema, "properties") ?? {})).toSorted();

/** By tool, the names of its arguments. */
const argumentsIn = (tools: unknown, member: string): Arguments =>
  new Map(
    listOf(tools).map((tool) => {
      const inner = memberOf(tool, "function") ?? tool;
      return [String(memberOf(inner, "name")), namesIn(memberOf(inner, member))];
    }),
  );

const FOR_MODELS = [
  ["openai", "parameters"],
  ["anthropic", "input_schema"],
] as const;

describe.each(setNames)("contracts of %s", (name) => {
  let set: ContractSet;
  beforeAll(async () => {
    set = await startSet(name);
  }, 30_000);
  afterAll(() => set.stop());

  const open = async (grant: object): Promise<string> => {
    const answer = await fetch(`${set.app.adminUrl}/runs`, {
      method: "POST",
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
      body: JSON.stringify({ caller: "anonymous", grant }),
    });
    if (!answer.ok) throw new Error(await answer.text());
    return String(memberOf(await answer.json(), "token"));
  };

  const get = async (token: string, target: string): Promise<unknown> => {
    const headers = [["authorization", `Bearer ${token}`]] as const;
    return JSON.parse((await set.send({ method: "GET", target, headers, body: undefined })).text);
  };

  const post = async (token: string, target: string, body: object) =>
    set.send({
      method: "POST",
      target,
      headers: [
        ["authorization", `Bearer ${token}`],
        ["content-type", "application/json"],
      ],
      body: JSON.stringify(body),
    });

  /** With the names of tools that this model's API does not take. */
  const listFor = async (
    token: string,
    format: string,
    member: string,
  ): Promise<readonly [Arguments, readonly string[]]> => {
    const list = await get(token, `/tools?format=${format}`);
    const leftOut = listOf(memberOf(list, "notAccepted")).map((one) => String(memberOf(one, "tool")));
    return [argumentsIn(memberOf(list, "tools"), member), leftOut];
  };

  const listsOf = async (token: string): Promise<readonly Arguments[]> => {
    const authorization = { authorization: `Bearer ${token}` };
    const young = await sendMcp(set.port, modern("tools/list", {}, { headers: authorization }));
    const old = await sendMcp(set.port, legacy("tools/list", undefined, { headers: authorization }));
    const document = await get(token, "/tools?format=json-schema");
    return [
      argumentsIn(memberOf(await get(token, "/tools"), "tools"), "inputSchema"),
      argumentsIn(memberOf(await get(token, "/tools?format=mcp"), "tools"), "inputSchema"),
      argumentsIn(resultOf(young)["tools"], "inputSchema"),
      argumentsIn(resultOf(old)["tools"], "inputSchema"),
      new Map(Object.entries(membersOf(memberOf(document, "$defs"))).map(([tool, schema]) => [tool, namesIn(schema)])),
    ];
  };

  /** Tools and how many arguments each has: names are those of the backend there. */
  const operationsIn = (document: unknown): ReadonlyMap<string, number> =>
    new Map(
      Object.values(membersOf(memberOf(document, "paths"))).flatMap((item) =>
        Object.values(membersOf(item)).map((operation) => {
          const content = Object.values(membersOf(memberOf(memberOf(operation, "requestBody"), "content") ?? {}))[0];
          const schema = memberOf(content, "schema");
          const members =
            memberOf(schema, "properties") === undefined ? (schema === undefined ? 0 : 1) : namesIn(schema).length;
          const parameters = listOf(memberOf(operation, "parameters")).length;
          return [String(memberOf(operation, "operationId")), parameters + members] as const;
        }),
      ),
    );

  const grants = () =>
    fc.subarray(set.contracts.map(({ tool }) => tool)).map((tools) => ({
      tools,
      limits: [{ calls: 1000 }],
    }));

  it("has the same tools and arguments in every list", async () => {
    await fc.assert(
      fc.asyncProperty(grants(), async (grant) => {
        const token = await open(grant);
        const [first = new Map(), ...others] = await listsOf(token);
        expect([...first.keys()].toSorted()).toEqual(grant.tools.toSorted());
        for (const other of others) expect(other).toEqual(first);
        for (const [format, member] of FOR_MODELS) {
          const [listed, leftOut] = await listFor(token, format, member);
          expect(listed).toEqual(new Map([...first].filter(([tool]) => !leftOut.includes(tool))));
        }
        const operations = operationsIn(await get(token, "/openapi.json"));
        const counted = set.contracts.filter(({ tool, ownsRoute }) => ownsRoute && grant.tools.includes(tool));
        expect(operations).toEqual(new Map(counted.map(({ tool }) => [tool, first.get(tool)?.length])));
      }),
      { seed, numRuns: isLong ? 100 : 8 },
    );
  }, 300_000);

  it("lets no tool be called that is not listed, over /call, /check, MCP or REST", async () => {
    await fc.assert(
      fc.asyncProperty(grants(), async (grant) => {
        const token = await open(grant);
        const authorization = { authorization: `Bearer ${token}` };
        for (const contract of set.contracts.filter(({ tool }) => !grant.tools.includes(tool))) {
          const { tool, inputSchema } = contract;
          const isValid = createSecondOpinion().compile(inputSchema);
          const operation = set.operationOf(contract);
          const isGood = (value: unknown): boolean =>
            isValid(value) && isSayable(operation, placeAuthored(contract, Object(value), true));
          const [args = {}] = fc.sample(valuesOf(inputSchema).filter(isGood), { seed, numRuns: 1 });
          const [, sent] = await arrivals(set, async () => {
            for (const path of ["/call", "/check"])
              expect((await post(token, path, { tool, arguments: args })).code).toBe("unknown_tool");
            const params = { name: tool, arguments: Object(args) };
            const asked = [
              await sendMcp(set.port, modern("tools/call", params, { headers: authorization })),
              await sendMcp(set.port, legacy("tools/call", params, { headers: authorization })),
            ];
            for (const answer of asked) expect(rejectionOf(answer).slice(1)).toEqual([-32_602, "unknown_tool"]);
            const rest = writeRest(operation, placeAuthored(contract, Object(args), false), set.mount);
            const headers = [...rest.headers, ["authorization", `Bearer ${token}`] as const];
            const answer = await set.send({ ...rest, headers });
            expect([404, 405]).toContain(answer.status);
          });
          expect([tool, sent]).toEqual([tool, []]);
        }
      }),
      { seed, numRuns: isLong ? 60 : 5 },
    );
  }, 300_000);
});
