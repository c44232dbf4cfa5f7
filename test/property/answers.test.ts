// Whatever a backend answers, the agent reads valid JSON that the contract declares, a problem of ours, or declared text
// and bytes: never a member, a header or a page that nobody declared.
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { entriesOf, isMembers } from "../support/json.ts";
import type { RunningApp } from "../support/running-app.ts";
import { type ScriptedAnswer, type ScriptedBackend, startScriptedBackend } from "../support/scripted-backend.ts";
import { isLong, seed } from "../support/seed.ts";
import { startToolApp } from "../support/tool-app.ts";

const item = {
  type: "object",
  properties: {
    id: { type: "string" },
    total: { type: "number" },
    lines: { type: "array", items: { type: "object", properties: { sku: { type: "string" } } } },
  },
  required: ["id"],
};
const failure = { type: "object", properties: { error: { type: "string" } }, required: ["error"] };
const json = (schema: object): object => ({ description: "x", content: { "application/json": { schema } } });
const document = {
  openapi: "3.1.0",
  info: { title: "answers", version: "1" },
  paths: {
    "/item": { get: { responses: { "200": json(item), "404": json(failure) } } },
    "/text": {
      get: { responses: { "200": { description: "x", content: { "text/plain": { schema: { type: "string" } } } } } },
    },
    "/file": {
      get: {
        responses: {
          "200": {
            description: "x",
            content: { "application/octet-stream": { schema: { type: "string", format: "binary" } } },
          },
        },
      },
    },
  },
};
const tools = {
  item: 'operation: api.get("/item")',
  text: 'operation: api.get("/text")',
  file: 'operation: api.get("/file")',
};

let backend: ScriptedBackend;
let running: RunningApp;
beforeAll(async () => {
  backend = await startScriptedBackend();
  running = await startToolApp({ document, tools, backendUrl: backend.url });
});
afterAll(async () => {
  await running.stop();
  await backend.close();
});

const nearItem = fc.record(
  {
    id: fc.oneof(fc.string(), fc.integer()),
    total: fc.oneof(fc.double(), fc.constant(1e300), fc.string()),
    lines: fc.array(fc.record({ sku: fc.string(), secret: fc.string() }, { requiredKeys: [] })),
    error: fc.string(),
    internal: fc.string(),
  },
  { requiredKeys: [] },
);
const bodies = fc.oneof(
  { weight: 3, arbitrary: nearItem.map((value) => JSON.stringify(value)) },
  fc.json(),
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "",
    "<html>",
    '{"id":"a","id":"b"}',
    '{"id":"a","__proto__":{"x":1}}',
    '{"id":"a","total":1e400}',
    '{"id":"a"} x',
    '\uFEFF{"id":"a"}',
    '{"id":"\\ud800"}',
    "[".repeat(300),
  ),
);
const answers: fc.Arbitrary<ScriptedAnswer> = fc
  .record({
    status: fc.constantFrom(
      200,
      200,
      200,
      200,
      200,
      200,
      201,
      204,
      206,
      301,
      304,
      400,
      404,
      404,
      409,
      429,
      500,
      503,
      599,
    ),
    mediaType: fc.constantFrom(
      "application/json",
      "application/json",
      "application/problem+json",
      "text/plain",
      "text/html",
      "application/octet-stream",
      "",
      "x",
      "application/json; charset=latin1",
    ),
    body_text: bodies,
    secret: fc.constantFrom(
      "Set-Cookie: a=1",
      "Location: http://127.0.0.1:1/",
      "X-Internal: 10.0.0.1",
      "Link: <x>; rel=next",
    ),
    isCut: fc.nat(3).map((value) => value === 0),
  })
  .map(({ status, mediaType, body_text, secret, isCut }) => {
    const [name = "", value = ""] = secret.split(": ");
    const length =
      isCut && body_text.length > 3 ? [["Content-Length", String(Buffer.byteLength(body_text) + 9)] as const] : [];
    return {
      status,
      body_text,
      headers: [...(mediaType === "" ? [] : [["Content-Type", mediaType] as const]), [name, value], ...length],
      then: "close",
    };
  });

const isBroken = ({ headers = [] }: ScriptedAnswer): boolean => headers.some(([name]) => name === "Content-Length");

/** Members of a value that the schema does not declare. */
const undeclared = (value: unknown, schema: unknown): readonly string[] => {
  const { properties = {}, items } = Object(schema);
  if (Array.isArray(value)) return value.flatMap((each) => undeclared(each, items));
  if (!isMembers(value)) return [];
  return entriesOf(value).flatMap(([name, each]) =>
    Object.hasOwn(properties, name) ? undeclared(each, properties[name]) : [name],
  );
};

const isDeclared = (tool: string, mediaType: string, text: string): boolean => {
  if (/^\{"call":"[^"]+","result":null\}$/.test(text)) return mediaType.startsWith("application/json"); // an answer without a body
  if (tool === "text") return mediaType.startsWith("text/plain");
  if (tool === "file") return mediaType.startsWith("application/octet-stream");
  return mediaType.startsWith("application/json") && undeclared(JSON.parse(text).result, item).length === 0;
};

it.each(Object.keys(tools))(
  "shows of any answer to %s only what the contract declares",
  async (tool) => {
    const counts = { results: 0, problems: 0 };
    await fc.assert(
      fc.asyncProperty(answers, async (scripted) => {
        backend.reset(scripted);
        const answer = await running.call(tool, {}).catch(() => undefined);
        if (answer === undefined) {
          // Bytes that have begun to flow can only break off, as the backend's did.
          expect([tool, isBroken(scripted)]).toEqual(["file", true]);
          return;
        }
        const mediaType = answer.headers["content-type"] ?? "";
        for (const name of ["set-cookie", "location", "x-internal", "link"])
          expect(answer.headers[name]).toBeUndefined();
        counts[answer.code === undefined ? "results" : "problems"] += 1;
        if (answer.code === undefined) {
          expect([tool, mediaType, answer.text, isDeclared(tool, mediaType, answer.text)]).toEqual([
            tool,
            mediaType,
            answer.text,
            true,
          ]);
          return;
        }
        const problem = JSON.parse(answer.text);
        expect(problem.backend === undefined || undeclared(problem.backend.body, failure).length === 0).toBe(true);
        expect(answer.text).not.toContain("127.0.0.1");
        expect(["yes", "unknown"]).toContain(problem.forwarded);
      }),
      { seed, numRuns: isLong ? 5000 : 150 },
    );
    console.log(`${tool}, seed ${seed}: ${counts.results} results, ${counts.problems} problems`);
    expect(Math.min(counts.results, counts.problems)).toBeGreaterThan(0);
  },
  300_000,
);
