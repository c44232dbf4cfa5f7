// Sound: whatever is sent, what reaches the backend is an instance of a contract. Requests are bytes on a raw socket: valid
// ones with bytes changed, lines repeated and parts exchanged, and ones put together from what parsers stumble over.
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { placeAuthored } from "../support/authored.ts";
import { readArrived } from "../support/openapi-request.ts";
import { exchangeRaw } from "../support/raw-http.ts";
import { writeRest } from "../support/rest-form.ts";
import type { AgentRequest } from "../support/running-app.ts";
import { valuesOf } from "../support/schema-values.ts";
import { createSecondOpinion } from "../support/second-opinion.ts";
import { isLong, seed } from "../support/seed.ts";
import { type ContractSet, arrivals, setNames, startSet } from "./contract-sets.ts";

const ajv = createSecondOpinion();
const numRuns = isLong ? 20_000 : 500;

const write = ({ method, target, headers, body = "" }: AgentRequest): Buffer => {
  const bytes = Buffer.from(body);
  const length = bytes.length === 0 ? [] : [`Content-Length: ${bytes.length}`];
  const lines = [
    `${method} ${target} HTTP/1.1`,
    "Host: 127.0.0.1",
    "Connection: close",
    ...headers.map((pair) => pair.join(": ")),
    ...length,
  ];
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`), bytes]);
};

const HAZARDS = [
  "%00",
  "%2e%2e",
  "%2F",
  "../",
  "//",
  "?",
  "&",
  "=",
  "+",
  "#",
  ";",
  ",",
  '"',
  "\\",
  "\\u0000",
  "null",
  "{}",
  "[",
  "1e400",
  "-0",
  "\r\n",
  "\r\n\r\n",
  "\0",
  "\x80",
  '"__proto__":{}',
  '"extra":1,',
  "Transfer-Encoding: chunked\r\n",
  "Content-Length: 3\r\n",
  "Host: x\r\n",
];

type Change = (bytes: Buffer) => Buffer;
const at = (bytes: Buffer, part: number): number => Math.floor(part * (bytes.length + 1));
const splice = (bytes: Buffer, from: number, to: number, text: string): Buffer =>
  Buffer.concat([bytes.subarray(0, from), Buffer.from(text, "latin1"), bytes.subarray(to)]);
const part = fc.double({ min: 0, max: 0.999, noNaN: true });

/** One change to the bytes of a request. Lengths are not mended: framing is under test as well. */
const changes: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(part, fc.constantFrom(...HAZARDS)).map(
    ([where, text]): Change =>
      (bytes) =>
        splice(bytes, at(bytes, where), at(bytes, where), text),
  ),
  fc.tuple(part, fc.integer({ min: 0, max: 255 })).map(
    ([where, code]): Change =>
      (bytes) =>
        splice(bytes, at(bytes, where), at(bytes, where) + 1, String.fromCharCode(code)),
  ),
  fc.tuple(part, fc.integer({ min: 1, max: 6 })).map(
    ([where, count]): Change =>
      (bytes) =>
        splice(bytes, at(bytes, where), at(bytes, where) + count, ""),
  ),
  fc.tuple(part, fc.integer({ min: 1, max: 30 })).map(([where, count]): Change => (bytes) => {
    const from = at(bytes, where);
    return Buffer.concat([bytes.subarray(0, from + count), bytes.subarray(from)]);
  }),
);

const anything = fc
  .record({
    method: fc.constantFrom("GET", "POST", "DELETE", "PUT", "HEAD", "OPTIONS", "PATCH", "TRACE", "get"),
    target: fc
      .array(
        fc.constantFrom(
          "/",
          "shop",
          "orders",
          "ord_123456",
          "call",
          "check",
          "admin",
          "export",
          "labels",
          "all",
          "files",
          "notes",
          "..",
          ".",
          "%2e",
          "a",
          ...HAZARDS.slice(0, 12),
        ),
        { maxLength: 8 },
      )
      .map((parts) => `/${parts.join("")}`),
    headers: fc.array(
      fc.tuple(
        fc.constantFrom("content-type", "idempotency-key", "x-note-tag", "x-other", "cookie"),
        fc.constantFrom(
          "application/json",
          "text/plain",
          "application/json; charset=utf-8",
          "é",
          "a",
          " ",
          "application/x-www-form-urlencoded",
        ),
      ),
      { maxLength: 3 },
    ),
    body: fc.oneof(
      fc.constant(undefined),
      fc.json(),
      fc.uint8Array({ maxLength: 60 }),
      fc.json().map((text) => `{"tool":"get_order","arguments":${text}}`),
    ),
  })
  .map(write);

describe.each(setNames)("contracts of %s", (name) => {
  let set: ContractSet;
  beforeAll(async () => {
    set = await startSet(name);
  }, 30_000);
  afterAll(() => set.stop());

  /** The bytes of a valid call, over REST or /call. */
  const validRequests = (): fc.Arbitrary<Buffer> =>
    fc.oneof(
      ...set.contracts.map((contract) => {
        const isValid = ajv.compile(contract.inputSchema);
        const given = valuesOf(contract.inputSchema).filter((value) => isValid(value));
        return fc.tuple(given, fc.boolean()).map(([value, isRest]) => {
          const rest = (): AgentRequest =>
            writeRest(set.operationOf(contract), placeAuthored(contract, Object(value), false), set.mount);
          const body = JSON.stringify({ tool: contract.tool, arguments: value });
          return write(
            isRest
              ? rest()
              : { method: "POST", target: "/call", headers: [["Content-Type", "application/json"]], body },
          );
        });
      }),
    );

  it("forwards nothing but what the document takes, whatever bytes come in", async () => {
    const mutated = fc
      .tuple(validRequests(), fc.array(changes, { maxLength: 3 }))
      .map(([bytes, list]) => list.reduce((changed, change) => change(changed), bytes));
    let forwarded = 0;
    let sent = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.oneof({ weight: 4, arbitrary: mutated }, { weight: 1, arbitrary: anything }),
        async (bytes) => {
          const [, requests] = await arrivals(set, () => exchangeRaw([bytes], { port: set.port, patienceMs: 60 }));
          for (const request of requests) {
            const { operation, problems } = readArrived(set.api, request);
            expect([bytes.toString("latin1"), problems]).toEqual([bytes.toString("latin1"), []]);
            expect(set.contracts.some((contract) => set.operationOf(contract) === operation)).toBe(true);
          }
          forwarded += requests.length;
          sent += 1;
          // In all: what arrives after the patience with a broken request is counted with the next one.
          expect(forwarded).toBeLessThanOrEqual(sent);
        },
      ),
      { seed, numRuns },
    );
    const [answer] = await arrivals(set, () => set.call("get_order", { orderId: "ord_100001" }));
    console.log(`${name}, seed ${seed}: ${forwarded} of ${numRuns} forwarded, all of them instances of a contract`);
    expect(forwarded).toBeGreaterThan(numRuns / 50);
    expect(answer.status).not.toBe(500);
  }, 1_200_000);
});
