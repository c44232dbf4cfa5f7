// Operations of GitHub's description, called with values made from their schemas and with values one change away. What
// arrives is read and judged by the document alone (test/support/openapi-*.ts and a fresh Ajv), never by src/.
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isSame, isSayable, placeArguments } from "../support/flat-arguments.ts";
import { mutationsOf } from "../support/mutations.ts";
import type { OpenApiOperation } from "../support/openapi-document.ts";
import { readArrived } from "../support/openapi-request.ts";
import { type Placed, writeRest } from "../support/rest-form.ts";
import type { AgentAnswer, AgentRequest } from "../support/running-app.ts";
import { valuesOf } from "../support/schema-values.ts";
import { createSecondOpinion } from "../support/second-opinion.ts";
import { isLong, seed } from "../support/seed.ts";
import { type Github, MOUNT, startGithub } from "./github.ts";

const OPERATIONS = isLong ? 1223 : 205;
const VALUES = isLong ? 8 : 3;
type Given = Readonly<Record<string, unknown>>;

let github: Github;
beforeAll(async () => {
  github = await startGithub();
}, 60_000);
afterAll(() => github.stop());

interface Tried {
  readonly tool: string;
  readonly operation: OpenApiOperation;
  readonly isValid: (value: unknown) => boolean;
  readonly values: readonly Given[];
  readonly mutated: readonly unknown[];
}

const ajv = createSecondOpinion();

/** Every n-th operation, and for each the same values in every run with the same seed. */
const chosen = (): readonly Tried[] => {
  const step = Math.max(1, Math.floor(github.operations.length / OPERATIONS));
  return github.operations.flatMap(({ tool, method, template }, index) => {
    const operation = github.api.find(method.toUpperCase(), template);
    const schema = github.app.catalog.find(tool)?.inputSchema;
    if (index % step !== 0 || operation === undefined || schema === undefined) return [];
    const validate = ajv.compile(schema);
    const isValid = (value: unknown): boolean => validate(value);
    const values = fc.sample(valuesOf(schema), { seed: seed + index, numRuns: VALUES }) as Given[]; // of an object's schema
    const mutated = values.flatMap((value, at) =>
      fc.sample(mutationsOf(value), { seed: seed + index + at, numRuns: 3 }),
    );
    return [{ tool, operation, isValid, values: values.filter(isValid), mutated }];
  });
};

const canBeSent = ({ operation }: Tried, placed: Placed): boolean => {
  if (!isSayable(operation, placed)) return false;
  const [path = ""] = writeRest(operation, placed, "").target.split("?");
  return github.api.templatesFor(path).includes(operation.template) && splitsOneWay(operation.template, path);
};

/** `{base}...{head}` can be read from both ends: where the readings differ, nobody knows which one the backend takes. */
const splitsOneWay = (template: string, path: string): boolean => {
  const [eager, lazy] = ["([^/]+)", "([^/]+?)"].map((part) =>
    new RegExp(
      `^${template
        .replaceAll(".", String.raw`\.`)
        .split(/\{[^}]+\}/)
        .join(part)}$`,
    ).exec(path),
  );
  return String(eager) === String(lazy);
};

/** Sends and gives what is wrong with what arrived, or nothing. */
const judge = async (
  tried: Tried,
  placed: Placed,
  send: () => Promise<AgentAnswer>,
  shouldArrive: boolean,
): Promise<string | undefined> => {
  github.backend.reset();
  const answer = await send();
  const arrived = github.backend.requests();
  const told = `${tried.tool} ${JSON.stringify([...placed])} -> ${answer.status} ${answer.text.slice(0, 300)}`;
  if (arrived.length !== (shouldArrive ? 1 : 0)) return `arrived ${arrived.length} times: ${told}`;
  const [request] = arrived;
  if (request === undefined) return answer.status < 400 || answer.status >= 500 ? `not refused: ${told}` : undefined;
  const read = readArrived(github.api, request);
  if (read.operation !== tried.operation) return `at another operation: ${told}`;
  if (read.problems.length > 0) return `not valid (${read.problems.join("; ")}): ${told}`;
  return isSame(github.api, tried.operation, placed, read.values)
    ? undefined
    : `changed into ${JSON.stringify([...read.values])}: ${told}`;
};

it("forwards what the schemas allow value-equal, once, over /call and REST, and nothing that cannot be expressed", async () => {
  const wrong: string[] = [];
  const counts = { forwarded: 0, unsendable: 0 };
  const tried = chosen();
  for (const each of tried) {
    for (const value of each.values) {
      const placed = placeArguments(github.api, each.operation, value);
      const sendable = canBeSent(each, placed);
      counts[sendable ? "forwarded" : "unsendable"] += 1;
      const call = await judge(each, placed, () => github.call(each.tool, value), sendable);
      const rest = sendable ? await judge(each, placed, () => github.send(restOf(each, placed)), true) : undefined;
      wrong.push(...[call, rest].filter((one) => one !== undefined));
    }
  }
  console.log(
    `seed ${seed}: ${tried.length} operations, ${counts.forwarded} calls forwarded twice, ${counts.unsendable} that no request can say`,
  );
  expect(wrong).toEqual([]);
  expect(tried.length).toBeGreaterThanOrEqual(200);
  expect(counts.forwarded).toBeGreaterThan(tried.length);
}, 120_000);

const restOf = ({ operation }: Tried, placed: Placed): AgentRequest => writeRest(operation, placed, MOUNT);

it("forwards nothing that is one change away from valid, and names the place", async () => {
  const wrong: string[] = [];
  let refused = 0;
  for (const each of chosen()) {
    for (const value of each.mutated.filter((one) => !each.isValid(one))) {
      refused += 1;
      const bad = await judge(each, new Map([["arguments", value]]), () => github.call(each.tool, value), false);
      if (bad !== undefined) wrong.push(bad);
    }
  }
  console.log(`seed ${seed}: ${refused} invalid calls refused`);
  expect(wrong).toEqual([]);
  expect(refused).toBeGreaterThan(500);
}, 120_000);
