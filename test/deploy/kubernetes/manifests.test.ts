// The manifests are what Kubernetes takes: held to its published schemas, oldest version that has all of it and newest.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { type Manifest, readShape, shapes } from "./manifests.ts";
import { manifestProblems, versions } from "../published.ts";

const everything = shapes.flatMap((shape) => readShape(shape).documents);
const named = everything.map((document): [string, Manifest] => [
  `${document.kind} ${document.metadata.namespace ?? ""}/${document.metadata.name}`,
  document,
]);

test.each(versions)("every document is one that Kubernetes %s takes", (version) => {
  const wrong = named.flatMap(([name, document]) =>
    manifestProblems(document, version).map((problem) => `${name}: ${problem}`),
  );
  expect(wrong).toEqual([]);
  expect(everything.length).toBeGreaterThan(20);
});

/** Copies of a document, each with one thing wrong, at every object of it: a member that nobody knows. */
const spoiled = (value: unknown): readonly unknown[] => {
  if (Array.isArray(value)) return value.flatMap((item, index) => spoiled(item).map((bad) => value.with(index, bad)));
  if (value === null || typeof value !== "object") return [];
  const inside = Object.entries(value).flatMap(([name, member]) =>
    spoiled(member).map((bad) => ({ ...value, [name]: bad })),
  );
  return [...inside, { ...value, misspelt: "x" }];
};

/** Where any member may stand: these are maps, not objects. */
const MAPS = /\/(labels|matchLabels|requests|limits)$|^Service\/spec\/selector$/;

test.each(versions)("a member that Kubernetes %s does not know is found, wherever it stands", (version) => {
  for (const [name, document] of named)
    for (const bad of spoiled(document) as readonly Manifest[]) {
      const place = placeOf(bad);
      if (!MAPS.test(`${document.kind}${place}`))
        expect(manifestProblems(bad, version), `${name}${place}`).not.toEqual([]);
    }
});

const placeOf = (value: unknown, place = ""): string => {
  if (value === null || typeof value !== "object") return "";
  if (Object.hasOwn(value, "misspelt")) return place || "/";
  return Object.entries(value).reduce((found, [name, member]) => found || placeOf(member, `${place}/${name}`), "");
};

test.each([
  ["a number where a text has to be", (document: Manifest) => ({ ...document, metadata: { name: 5 } })],
  ["a kind that there is not", (document: Manifest) => ({ ...document, kind: "Deploiment" })],
  ["a version that there is not", (document: Manifest) => ({ ...document, apiVersion: "apps/v9" })],
])("%s is found", (_what, change) => {
  // The published schemas are compared with documents as they were read, so a wrong one goes in as one.
  const wrong = everything.filter((document) => manifestProblems(change(document) as Manifest, "1.33").length === 0);
  expect(wrong).toEqual([]);
});

const hasKubectl = spawnSync("kubectl", ["version", "--client"]).status === 0;

test.runIf(hasKubectl).each(shapes)(
  "kubectl reads the %s shape as these tests do, and puts the registry's names in",
  (shape) => {
    const folder = fileURLToPath(new URL(`../../../deploy/kubernetes/${shape}`, import.meta.url));
    const { stdout, stderr } = spawnSync("kubectl", ["kustomize", folder], { encoding: "utf8" });
    expect(stderr).toBe("");
    const { documents, images } = readShape(shape);
    const renamed = images.reduce(
      (text, { name, newName, newTag }) => text.replaceAll(`"image":"${name}"`, `"image":"${newName}:${newTag}"`),
      JSON.stringify(documents.map(plain)),
    );
    const byName = (list: readonly unknown[]) => list.map((one) => JSON.stringify(sortMembers(one))).toSorted();
    const wanted: readonly unknown[] = JSON.parse(renamed);
    expect(byName(parseAllDocuments(stdout).map((document) => document.toJS()))).toEqual(byName(wanted));
  },
);

/** Without the labels that the reader makes up where there are none. */
const plain = (document: Manifest): unknown => {
  const { labels, ...metadata } = document.metadata;
  return { ...document, metadata: Object.keys(labels).length === 0 ? metadata : { ...metadata, labels } };
};

const sortMembers = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sortMembers);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort()
      .map(([name, member]) => [name, sortMembers(member)]),
  );
};
