// GitHub's REST description: 1,223 operations, 13 MB. What it teaches: paths written twice, arguments that spell other
// paths, nullable enums, bodies of every shape.
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import type { PathTemplate, Segment } from "../../../src/contract/contract.ts";
import { exposeOperation } from "../../../src/contract/document/expose.ts";
import { readOperations } from "../../../src/contract/document/operation.ts";
import { readAnswers } from "../../../src/contract/document/answers.ts";
import { type OpenApiDocument, readDocument } from "../../../src/contract/document/read-document.ts";
import { createPathTable } from "../../../src/contract/document/paths.ts";

const file = fileURLToPath(import.meta.resolve("@octokit/openapi/generated/api.github.com.json"));

const open = (): OpenApiDocument => {
  const read = readDocument(file);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.document;
};
const started = performance.now();
const before = process.memoryUsage().heapUsed;
const document = open();
const operations = readOperations(document);
const exposed = new Map(operations.map((operation) => [operation, exposeOperation(operation)]));
const milliseconds = performance.now() - started;

it("loads every operation as it is, and says what is open or clashes", () => {
  const megabytes = (process.memoryUsage().heapUsed - before) / 1e6;
  console.log(
    `${operations.length} operations in ${milliseconds.toFixed(0)} ms, ${megabytes.toFixed(0)} MB before collection`,
  );
  expect(operations).toHaveLength(1223);
  expect([...exposed.values()].flatMap(({ problems }) => problems)).toEqual([]);
  const notices = [...exposed.values()].flatMap((each) => each.notices);
  expect(notices.filter((notice) => notice.includes("stands in more than one place"))).toHaveLength(5);
  expect(notices.filter((notice) => notice.includes("is not supported yet"))).toHaveLength(1);
  expect(notices).toHaveLength(19);
  expect(milliseconds).toBeLessThan(15_000);
});

it("has answers that can all be enforced", () => {
  const problems = operations
    .slice(0, 300)
    .map(readAnswers)
    .flatMap((answers) => answers.problems.concat(answers.inspect()));
  expect(problems).toEqual([]);
});

it("takes paths that differ only in their parameters' names for one path", () => {
  const twice = [...document.templates.values()].filter(({ own, path }) => own !== path).map(({ own }) => own.template);
  expect(twice).toEqual([
    "/orgs/{org}/attestations/{subject_digest}",
    "/users/{username}/attestations/{subject_digest}",
  ]);
});

it("finds every path that an argument of another one can spell", () => {
  const paths = [...new Set([...document.templates.values()].map(({ path }) => path))];
  const [unsafe, safe] = [true, false].map((wanted) =>
    paths.filter((path) => document.paths.canRenderElsewhere(path) === wanted),
  ) as [PathTemplate[], PathTemplate[]]; // two wanted, two lists
  const pairs = unsafe.flatMap((path) =>
    paths.flatMap((other) => {
      const [own, theirs] = canSpellOther(path, other);
      return own === true ? [{ path, other, isContested: theirs === true }] : [];
    }),
  );
  const contested = pairs.filter(({ isContested }) => isContested).length / 2;
  console.log(
    `${unsafe.length} paths with arguments that can spell another path: ${pairs.length - contested * 2} pairs where the other wins, ${contested} contested`,
  );
  expect([unsafe.length, pairs.length - contested * 2, contested]).toEqual([99, 127, 67]);
  for (const { path, other, isContested } of pairs) {
    const found = document.paths.match(spell(path, other));
    expect(isContested ? found === path : found === path || found === undefined).toBe(false);
  }
  for (const path of safe)
    for (const other of paths) if (fits(path, other)) expect(document.paths.match(spell(path, other))).toBe(path);
});

const canSpellOther = (path: PathTemplate, other: PathTemplate): readonly [boolean?, boolean?] => {
  if (path === other || path.segments.length !== other.segments.length) return [];
  const table = createPathTable([path, other]);
  return [table.canRenderElsewhere(path), table.canRenderElsewhere(other)];
};

const literal = (segment: Segment): string | undefined =>
  segment.every((part) => "literal" in part) ? segment.map((part) => part.literal).join("") : undefined;

/** Whether a rendering of one can be one of the other. GitHub's segments are literals or parameters, but for one. */
const fits = (path: PathTemplate, other: PathTemplate): boolean =>
  path.segments.length === other.segments.length &&
  path.segments.every((segment, index) => {
    const [own, theirs] = [literal(segment), literal(other.segments[index]!)];
    return own === undefined || theirs === undefined || own === theirs;
  });

const spell = (path: PathTemplate, other: PathTemplate): readonly string[] =>
  path.segments.map((segment, index) => literal(segment) ?? literal(other.segments[index]!) ?? "a...b");
