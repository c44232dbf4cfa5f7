// Our decisions about eras and headers against the SDK's own, on generated requests: its classifier, and its whole handler
// for what the classifier leaves to later steps. Every difference is wanted and stands in a list with its reason.
import {
  type InboundHttpRequest,
  Server,
  classifyInboundRequest,
  createMcpHandler,
} from "@modelcontextprotocol/server";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkHeaders } from "../../src/ingress/mcp/headers.ts";
import { readEra } from "../../src/ingress/mcp/era.ts";
import { readMessage } from "../../src/ingress/mcp/message.ts";
import { isMembers, memberOf } from "../support/json.ts";
import { seed } from "../support/seed.ts";

interface Generated {
  readonly body: unknown;
  readonly version: string | undefined;
  readonly method: string | undefined;
  readonly name: string | undefined;
}

const VERSION = "io.modelcontextprotocol/protocolVersion";
const CAPABILITIES = "io.modelcontextprotocol/clientCapabilities";
const INFO = "io.modelcontextprotocol/clientInfo";
const LEVEL = "io.modelcontextprotocol/logLevel";
const TOKEN = "progressToken";

const optional = <T>(...values: readonly T[]): fc.Arbitrary<T | undefined> => fc.constantFrom(undefined, ...values);
const often = <T>(usual: T, ...others: readonly unknown[]): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });

const revision = fc.constantFrom(
  "2026-07-28",
  "2026-07-28",
  "2025-11-25",
  "2025-03-26",
  "2024-11-05",
  "2027-01-01",
  "v999",
  "",
);

/** Members that are undefined are absent from the JSON text. */
const meta = fc.record({
  [VERSION]: fc.oneof(revision, fc.constantFrom(undefined, undefined, 5, null)),
  [CAPABILITIES]: often({}, undefined, 5, []),
  [INFO]: often({ name: "c", version: "1" }, undefined, { name: "c" }, 5),
  [LEVEL]: often(undefined, "info", "loud"),
  [TOKEN]: often(undefined, 1, "t", true),
});

const METHODS = [
  "tools/list",
  "tools/call",
  "server/discover",
  "initialize",
  "prompts/get",
  "ping",
  "no/such",
  "notifications/x",
  "toString",
];

const body = fc.record({
  jsonrpc: often("2.0", "1.0", undefined),
  id: often(1, "a", undefined, null, 1.5, 0),
  method: fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...METHODS) },
    { weight: 1, arbitrary: fc.constantFrom(undefined, 5) },
  ),
  params: fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        _meta: fc.oneof({ weight: 9, arbitrary: meta }, { weight: 1, arbitrary: fc.constantFrom(undefined, 5) }),
        name: optional("search", "fänd"),
      }),
    },
    { weight: 1, arbitrary: fc.constantFrom(undefined, null, [], 5) },
  ),
  result: often(undefined, {}),
  error: often(undefined, { code: 1, message: "m" }),
  extra: often(undefined, 1),
});

const request: fc.Arbitrary<Generated> = fc
  .record({
    body: fc.oneof(
      { weight: 20, arbitrary: body },
      { weight: 1, arbitrary: fc.array(body, { maxLength: 2 }) },
      { weight: 1, arbitrary: fc.constantFrom(5, null, "x") },
    ),
    version: fc.oneof(revision, fc.constant(undefined)),
    method: fc.constantFrom("same", "same", "same", undefined, "tools/list", "TOOLS/CALL"),
    name: fc.constantFrom("search", "search", undefined, "=?base64?ZsOkbmQ=?=", "=?base64?!!?=", "other"),
  })
  .map(({ body: made, method, ...rest }) => {
    const sent: unknown = JSON.parse(JSON.stringify(made));
    const own = memberOf(sent, "method");
    return { ...rest, body: sent, method: method === "same" ? (typeof own === "string" ? own : undefined) : method };
  });

/** `legacy`, `modern`, or the code of the error. */
type Decision = "legacy" | "modern" | number;

const headersOf = ({ version, method, name }: Generated): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ "mcp-protocol-version": version, "mcp-method": method, "mcp-name": name }).filter(
      (field): field is [string, string] => field[1] !== undefined,
    ),
  );

const ourEra = (generated: Generated): Decision => {
  const read = readMessage(Buffer.from(JSON.stringify(generated.body)), 64);
  if (!read.ok) return read.code;
  if (read.value.kind === "response") return "legacy";
  const era = readEra(read.value, headersOf(generated));
  return era.ok ? era.value.kind : era.code;
};

/** The classifier leaves what follows to its callers: the version that is not served, and the version header's absence. */
const theirEra = (generated: Generated): Decision => {
  const { version, method, name } = generated;
  const given: InboundHttpRequest = {
    httpMethod: "POST",
    body: generated.body,
    ...(version === undefined ? {} : { protocolVersionHeader: version }),
    ...(method === undefined ? {} : { mcpMethodHeader: method }),
    ...(name === undefined ? {} : { mcpNameHeader: name }),
  };
  const outcome = classifyInboundRequest(given);
  if (outcome.kind === "reject") return outcome.code;
  if (outcome.kind === "legacy") return "legacy";
  if (outcome.classification.revision !== "2026-07-28") return -32_022;
  return version === undefined && outcome.messageKind === "request" ? -32_020 : "modern";
};

const isNotification = (sent: unknown): boolean => memberOf(sent, "id") === undefined;
const methodOf = (sent: unknown): unknown => memberOf(sent, "method");

/** Where we decide otherwise, and why. */
const WANTED: readonly (readonly [reason: string, holds: (generated: Generated, ours: Decision) => boolean])[] = [
  ["batches are refused for every revision", ({ body: sent }, ours) => Array.isArray(sent) && ours === -32_600],
  [
    "a call without an id must not run, so it is no notification",
    ({ body: sent }, ours) =>
      isNotification(sent) && !String(methodOf(sent)).startsWith("notifications/") && ours === -32_600,
  ],
  [
    "an error response without an id answers nothing of ours",
    ({ body: sent }, ours) => isMembers(memberOf(sent, "error")) && isNotification(sent) && ours === -32_600,
  ],
];

const explain = (generated: Generated, ours: Decision): boolean => WANTED.some(([, holds]) => holds(generated, ours));

describe("the era of a request", () => {
  it("is the one that the SDK's classifier sees, but for the list", () => {
    const counts = new Map<Decision, number>();
    fc.assert(
      fc.property(request, (generated) => {
        const [ours, theirs] = [ourEra(generated), theirEra(generated)];
        counts.set(theirs, (counts.get(theirs) ?? 0) + 1);
        if (ours !== theirs && !explain(generated, ours))
          expect({ ours, generated }).toEqual({ ours: theirs, generated });
      }),
      { seed, numRuns: 5000 },
    );
    for (const decision of ["legacy", "modern", -32_600, -32_602, -32_020, -32_022] as const)
      expect(counts.get(decision) ?? 0).toBeGreaterThan(5); // every decision is met
  });
});

const handler = createMcpHandler(
  () => {
    const server = new Server({ name: "s", version: "1" }, { capabilities: { tools: {}, prompts: {} } });
    server.setRequestHandler("tools/list", () => ({ tools: [], ttlMs: 0, cacheScope: "private" }));
    server.setRequestHandler("tools/call", () => ({ content: [] }));
    server.setRequestHandler("prompts/get", () => ({ messages: [] }));
    return server;
  },
  { legacy: "reject" },
);

const LADDER = new Set([-32_020, -32_022]);

const goodMeta = { [VERSION]: "2026-07-28", [CAPABILITIES]: {} };

/** A modern body, and headers that may be wrong. */
const modernRequest: fc.Arbitrary<Generated> = fc
  .record({
    method: fc.constantFrom("tools/call", "prompts/get", "tools/list", "resources/read", "no/such"),
    header: fc.constantFrom("same", "same", "same", undefined),
    value: fc.constantFrom("search", "f\u00e4nd", " padded ", "=?base64?c2VhcmNo?=", "", 5, undefined),
    name: fc.constantFrom(
      "search",
      "search",
      "=?base64?c2VhcmNo?=",
      "=?base64?ZsOkbmQ=?=",
      "=?base64?IHBhZGRlZCA=?=",
      "=?base64?!!?=",
      "=?base64?c2VhcmNo",
      "",
      undefined,
    ),
  })
  .map(({ method, header, value, name }) => {
    const params = { _meta: goodMeta, name: value, uri: value, arguments: {} };
    const sent: unknown = JSON.parse(JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }));
    return { body: sent, version: "2026-07-28", method: header === "same" ? method : undefined, name };
  });

describe("the headers of a modern request", () => {
  it("are judged as the SDK's handler judges them", async () => {
    let mismatches = 0;
    await fc.assert(
      fc.asyncProperty(modernRequest, async (generated) => {
        const text = JSON.stringify(generated.body);
        const read = readMessage(Buffer.from(text), 64);
        if (!read.ok || read.value.kind !== "request") throw new Error("it was read before");
        const ours = checkHeaders(read.value, headersOf(generated))?.code;
        const headers = {
          ...headersOf(generated),
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
        };
        const response = await handler.fetch(
          new Request("http://127.0.0.1/mcp", { method: "POST", headers, body: text }),
        );
        const code = memberOf(memberOf(await response.json(), "error"), "code");
        const theirs = LADDER.has(Number(code)) ? code : undefined;
        mismatches += theirs === undefined ? 0 : 1;
        expect({ ours, generated }).toEqual({ ours: theirs, generated });
      }),
      { seed, numRuns: 1000 },
    );
    expect(mismatches).toBeGreaterThan(20);
  });
});
