// decode(build(v)) = v for every way to write a value. What arrives is decoded the plain way (test/support/openapi-*.ts);
// the REST ingress has to read the same values back from the same writing, and to make the same request of them.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isSame, isSayable, placeArguments } from "../support/flat-arguments.ts";
import { namesOf, writeOperations } from "../support/github-contracts.ts";
import type { OpenApi } from "../support/openapi-document.ts";
import { readOpenApi } from "../support/openapi-document.ts";
import { readArrived } from "../support/openapi-request.ts";
import { writeRest } from "../support/rest-form.ts";
import { type RunningApp, startRunningApp } from "../support/running-app.ts";
import { valuesOf } from "../support/schema-values.ts";
import { createSecondOpinion } from "../support/second-opinion.ts";
import { type RecordedRequest, type ScriptedBackend, startScriptedBackend } from "../support/scripted-backend.ts";
import { styleDocument } from "../support/style-document.ts";
import { isLong, seed } from "../support/seed.ts";

const document = styleDocument();
const operations = namesOf(document);
const api: OpenApi = readOpenApi(document);
const folder = mkdtempSync(join(tmpdir(), "checkrein-styles-"));
let backend: ScriptedBackend;
let running: RunningApp;

beforeAll(async () => {
  const file = join(folder, "openapi.json");
  writeFileSync(file, JSON.stringify(document));
  backend = await startScriptedBackend();
  const contracts = writeOperations({ document: file, operations, mount: "/styles" });
  running = await startRunningApp({ contracts: contracts.folder, environment: { GITHUB_URL: backend.url } });
  contracts.remove();
});
afterAll(async () => {
  await running.stop();
  await backend.close();
  rmSync(folder, { recursive: true });
});

const lastRequest = async (
  send: () => Promise<{ readonly status: number }>,
): Promise<{ readonly request: RecordedRequest | undefined; readonly status: number }> => {
  backend.reset();
  const { status } = await send();
  const requests = backend.requests();
  if (requests.length > 1) throw new Error("sent more than once");
  return { request: requests[0], status };
};

const bytesOf = (request: RecordedRequest | undefined): string =>
  JSON.stringify([request?.method, request?.target, request?.headers, request?.body.toString("base64")]);

const ajv = createSecondOpinion();

it.each(operations)("carries values of $tool unchanged, or refuses them", async ({ tool, method, template }) => {
  const operation = api.find(method.toUpperCase(), template);
  const schema = running.app.catalog.find(tool)?.inputSchema;
  if (operation === undefined || schema === undefined) throw new Error(`${tool} is not loaded`);
  const isValid = ajv.compile(schema);
  const counts = { sent: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(valuesOf(schema), async (given) => {
      fc.pre(isValid(given));
      const placed = placeArguments(api, operation, Object(given));
      const canBeSent = isSayable(operation, placed);
      const call = await lastRequest(() => running.call(tool, given));
      counts[canBeSent ? "sent" : "refused"] += 1;
      expect([canBeSent, call.status]).toEqual([call.request !== undefined, canBeSent ? 200 : 422]);
      if (call.request === undefined) return;
      const arrived = readArrived(api, call.request);
      expect([arrived.problems, isSame(api, operation, placed, arrived.values) || [...arrived.values]]).toEqual([
        [],
        true,
      ]);
      const rest = await lastRequest(() => running.send(writeRest(operation, placed, "/styles")));
      expect(bytesOf(rest.request)).toBe(bytesOf(call.request));
    }),
    { seed, numRuns: isLong ? 500 : 25 },
  );
  expect(counts.sent).toBeGreaterThan(0);
});
