// One operation must not be reached with the name of another: GitHub's document has paths where an argument can spell
// another path (`GET /gists/{gist_id}` with `starred`). Each pair is found here by comparing templates, without src/.
import { afterAll, beforeAll, expect, it } from "vitest";
import { listOf, memberOf } from "../support/json.ts";
import { type OpenApiOperation, keyOf } from "../support/openapi-document.ts";
import { readArrived } from "../support/openapi-request.ts";
import { type Placed, writeRest } from "../support/rest-form.ts";
import { type Github, MOUNT, startGithub } from "./github.ts";

let github: Github;
beforeAll(async () => {
  github = await startGithub();
}, 60_000);
afterAll(() => github.stop());

const isParameter = (segment: string): boolean => /^\{[^}]+\}$/.test(segment);

/** Whether the document's own schemas let the spelling through: only the rule about paths stands against it then. */
const isPossible = ({ operation, spelt }: Pair): boolean =>
  operation.parameters.every(
    (one) => one.in !== "path" || !spelt.has(one.name) || github.api.schemas.isValid(one.schema, spelt.get(one.name)),
  );

/** What the arguments of `own` must be to spell `other`: undefined when its literals forbid it. */
const spelling = (own: string, other: string): ReadonlyMap<string, string> | undefined => {
  const [ownSegments, otherSegments] = [own.split("/"), other.split("/")];
  if (ownSegments.length !== otherSegments.length) return undefined;
  const spelt = new Map<string, string>();
  for (const [index, segment] of ownSegments.entries()) {
    const theirs = otherSegments[index] ?? "";
    if (isParameter(segment) && !theirs.includes("{")) spelt.set(segment.slice(1, -1), theirs);
    else if (!isParameter(segment) && !isParameter(theirs) && segment !== theirs) return undefined;
  }
  return spelt.size === 0 ? undefined : spelt;
};

interface Pair {
  readonly tool: string;
  readonly operation: OpenApiOperation;
  readonly other: string;
  readonly spelt: ReadonlyMap<string, string>;
}

const allPairs = (): readonly Pair[] => {
  const templates = [...new Set(github.operations.map(({ template }) => template))];
  return github.operations.flatMap(({ tool, method, template }) => {
    const operation = github.api.find(method.toUpperCase(), template);
    if (operation === undefined) return [];
    return templates.flatMap((other) => {
      const spelt = other === template ? undefined : spelling(template, other);
      return spelt === undefined ? [] : [{ tool, operation, other, spelt }];
    });
  });
};

/** A value that each path parameter takes: what the spelling says, else one of the enum, a number or a plain text. */
const fill = ({ operation }: Pair, spelt: ReadonlyMap<string, string>): Placed => {
  const entries = operation.parameters
    .filter((one) => one.in === "path")
    .map((one): [string, unknown] => {
      const candidates: readonly unknown[] = [...listOf(memberOf(one.schema, "enum")), 17, "plain-text"];
      const plain = candidates.find((value) => github.api.schemas.isValid(one.schema, value));
      return [keyOf(one), spelt.get(one.name) ?? plain];
    });
  return new Map(entries);
};

const argumentsOf = (placed: Placed): Readonly<Record<string, unknown>> =>
  Object.fromEntries([...placed].map(([key, value]) => [key.replace("path ", ""), value]));

it("refuses over /call every argument that spells another path, and forwards the same call with another argument", async () => {
  const pairs = allPairs();
  const wrong: string[] = [];
  let controls = 0;
  for (const pair of pairs) {
    github.backend.reset();
    const placed = fill(pair, pair.spelt);
    const answer = await github.call(pair.tool, argumentsOf(placed));
    if (github.backend.requests().length > 0 || answer.code !== "invalid_arguments")
      wrong.push(`${pair.tool} reaches ${pair.other}: ${answer.status}`);
    if (
      pair.operation.body?.required === true ||
      pair.operation.parameters.some((one) => one.required && one.in !== "path")
    )
      continue;
    controls += 1;
    await github.call(pair.tool, argumentsOf(fill(pair, new Map())));
    const [request] = github.backend.requests();
    if (request === undefined || readArrived(github.api, request).operation !== pair.operation)
      wrong.push(`${pair.tool} is blocked with plain arguments`);
  }
  const namesOf = (some: readonly Pair[]): number =>
    new Set(some.map(({ operation, other }) => `${operation.template} ${other}`)).size;
  const possible = pairs.filter(isPossible);
  console.log(
    `${namesOf(pairs)} pairs of paths, ${namesOf(possible)} that no schema forbids; ${pairs.length} calls, ${possible.length} that no schema forbids, ${controls} controls`,
  );
  expect(wrong).toEqual([]);
  expect(namesOf(pairs)).toBeGreaterThan(200);
  expect(possible.length).toBeGreaterThan(70);
  expect(controls).toBeGreaterThan(possible.length / 2);
}, 60_000);

it("routes the spelt path on the REST ingress to the most concrete operation, never to the one that was spelt from", async () => {
  const wrong: string[] = [];
  for (const pair of allPairs()) {
    github.backend.reset();
    const request = writeRest(pair.operation, fill(pair, pair.spelt), MOUNT);
    await github.send({ ...request, body: undefined, headers: [] });
    for (const arrived of github.backend.requests()) {
      const { operation } = readArrived(github.api, arrived);
      if (operation === undefined || operation === pair.operation)
        wrong.push(`${request.method} ${request.target} -> ${operation?.template}`);
    }
  }
  expect(wrong).toEqual([]);
}, 60_000);
