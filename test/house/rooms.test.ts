// The map of rooms refuses what it forbids: each kind of violation is planted into a copy of the source tree, and the rule
// that is meant for it speaks. A map that cannot fail would be a drawing.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const copy = mkdtempSync(join(tmpdir(), "checkrein-rooms-"));
const COPIED = ["src", "rooms.cjs", ".dependency-cruiser.cjs", "tsconfig.json", "package.json"];

interface Planted {
  readonly rule: string;
  /** File to what is written at its end. */
  readonly files: Readonly<Record<string, string>>;
}

const PLANTED: readonly Planted[] = [
  {
    rule: "room-ingress",
    files: {
      "src/ingress/planted-backend.ts":
        'import { mediaTypeOf } from "../backend/backend.ts";\nexport const a = mediaTypeOf;\n',
    },
  },
  {
    rule: "room-ingress",
    files: {
      "src/ingress/planted-check.ts":
        'import { buildRequest } from "../check/request.ts";\nexport const a = buildRequest;\n',
    },
  },
  {
    rule: "room-schema",
    files: {
      "src/schema/planted-contract.ts":
        'import type { Contract } from "../contract/contract.ts";\nexport type A = Contract;\n',
    },
  },
  {
    rule: "types-of-check/checked-call-in-backend",
    files: {
      "src/backend/planted-permit.ts": 'import { permit } from "../check/checked-call.ts";\nexport const a = permit;\n',
    },
  },
  {
    rule: "permit-is-made-in-check",
    files: {
      "src/gateway-planted.ts": "",
      "src/gateway.ts": 'import { permit } from "./check/checked-call.ts";\nexport const planted = permit;\n',
    },
  },
  {
    rule: "refused-calls-get-permits-in-check-call",
    files: { "src/gateway.ts": 'import { observe } from "./check/observe.ts";\nexport const planted = observe;\n' },
  },
  {
    rule: "package-fastify",
    files: { "src/backend/planted-fastify.ts": 'import fastify from "fastify";\nexport const a = fastify;\n' },
  },
  {
    rule: "package-undici",
    files: { "src/ingress/planted-undici.ts": 'import { Pool } from "undici";\nexport const a = Pool;\n' },
  },
  {
    rule: "types-of-pino-in-app",
    files: { "src/app.ts": 'import pino from "pino";\nexport const planted = pino;\n' },
  },
  { rule: "package-ajv", files: { "src/check/planted-ajv.ts": 'import { Ajv } from "ajv";\nexport const a = Ajv;\n' } },
  {
    rule: "no-cycle",
    files: {
      "src/check/planted-one.ts": 'import { two } from "./planted-two.ts";\nexport const one = (): unknown => two;\n',
      "src/check/planted-two.ts": 'import { one } from "./planted-one.ts";\nexport const two = (): unknown => one;\n',
    },
  },
  { rule: "no-orphan", files: { "src/check/planted-orphan.ts": "export const orphan = 1;\n" } },
  {
    rule: "no-unknown-room",
    files: {
      "src/utils/planted.ts": "export const a = 1;\n",
      "src/gateway.ts": 'export { a as plantedUtility } from "./utils/planted.ts";\n',
    },
  },
  {
    rule: "contracts-use-the-front-door",
    files: {
      "contracts/planted.ts":
        'import { defineContract } from "../src/contract/define.ts";\nexport default defineContract;\n',
    },
  },
  {
    rule: "no-test-code",
    files: {
      "test/planted.ts": "export const a = 1;\n",
      "src/check/planted-test.ts": 'import { a } from "../../test/planted.ts";\nexport const b = a;\n',
    },
  },
  {
    rule: "no-dev-package",
    files: { "src/check/planted-dev.ts": 'import { test } from "vitest";\nexport const a = test;\n' },
  },
  {
    rule: "resolvable",
    files: { "src/check/planted-missing.ts": 'import { a } from "./nowhere.ts";\nexport const b = a;\n' },
  },
];

interface Violation {
  readonly rule: string;
  readonly from: string;
}

interface Cruise {
  readonly violations: readonly Violation[];
  /** Who imports whom, by file. */
  readonly imports: readonly { readonly from: string; readonly to: string }[];
}

const cruise = (folder: string): Cruise => {
  const program = join(root, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");
  const folders = ["src", "contracts"].filter((name) => existsSync(join(folder, name)));
  const { stdout } = spawnSync(
    process.execPath,
    [program, "--config", ".dependency-cruiser.cjs", "--output-type", "json", ...folders],
    {
      cwd: folder,
      maxBuffer: 1e9,
      encoding: "utf8",
    },
  );
  const { summary, modules } = JSON.parse(stdout);
  return {
    violations: summary.violations.map(({ rule, from }: { rule: { name: string }; from: string }) => ({
      rule: rule.name,
      from,
    })),
    imports: modules.flatMap(({ source, dependencies }: { source: string; dependencies: { resolved: string }[] }) =>
      dependencies.map(({ resolved }) => ({ from: source, to: resolved })),
    ),
  };
};

const packages = (): readonly string[] => {
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return [...Object.keys(dependencies), "vitest", "openapi-typescript", "@types/node", "typescript"];
};

interface Permission {
  readonly name: string;
  readonly room: RegExp;
  readonly target: RegExp;
}

const inRoom = (room: string): RegExp => new RegExp(`^src/${room.replace(/^type:/, "")}(?:\\.ts$|/)`);

/** What rooms.cjs allows: imports of rooms, and of packages. */
const permissions = (): readonly Permission[] => {
  type Lists = Readonly<Record<string, readonly string[]>>;
  const map: { readonly rooms: Lists; readonly confined: Lists } = createRequire(import.meta.url)("../../rooms.cjs");
  const pairs = (lists: Lists): readonly (readonly [string, string])[] =>
    Object.entries(lists).flatMap(([key, list]) => list.map((item) => [key, item] as const));
  return [
    ...pairs(map.rooms).map(([room, other]) => ({
      name: `${room} imports ${other}`,
      room: inRoom(room),
      target: inRoom(other),
    })),
    ...pairs(map.confined).map(([name, room]) => ({
      name: `${room} imports ${name}`,
      room: inRoom(room),
      target: new RegExp(`^node_modules/${name}/`),
    })),
  ];
};

const plant = ({ files }: Planted): void => {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    writeFileSync(join(copy, file), text, { flag: "a" });
  }
};

describe("the map of rooms", () => {
  let found: readonly Violation[] = [];
  let asItIs: Cruise;
  beforeAll(() => {
    for (const name of COPIED) cpSync(join(root, name), join(copy, name), { recursive: true });
    // Copies, not links: the rules are about where a package is found.
    for (const name of packages())
      cpSync(join(root, "node_modules", name), join(copy, "node_modules", name), { recursive: true });
    for (const planted of PLANTED) plant(planted);
    found = cruise(copy).violations;
    asItIs = cruise(root);
  }, 60_000);
  afterAll(() => rmSync(copy, { recursive: true }));

  it.each(PLANTED.map((planted) => ({ ...planted, name: Object.keys(planted.files).at(-1) ?? "" })))(
    "refuses $name by $rule",
    ({ rule, files }) => {
      const planted = new Set(Object.keys(files));
      expect(found.filter(({ from }) => planted.has(from)).map((violation) => violation.rule)).toContain(rule);
    },
  );

  it("finds nothing in the tree as it is", () => {
    const planted = new Set(PLANTED.flatMap(({ files }) => Object.keys(files)));
    const others = found.filter(({ from }) => !planted.has(from));
    // What a planted file imports or closes into a cycle is its neighbour's violation, too.
    expect(others.filter(({ rule }) => rule !== "no-cycle")).toEqual([]);
    expect(asItIs.violations).toEqual([]);
  });

  it("allows nothing that no import needs", () => {
    const wide = permissions().filter(
      ({ room, target }) => !asItIs.imports.some(({ from, to }) => from.match(room) && to.match(target)),
    );
    expect(wide.map(({ name }) => name)).toEqual([]);
  });
});

const filesIn = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === "node_modules") return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return path === join("test", "data") ? [] : filesIn(path);
    return /\.(?:[cm]?[jt]s)$/.test(entry.name) && !entry.name.endsWith(".d.ts") ? [path] : [];
  });

describe("a file", () => {
  it("has at most 300 lines", () => {
    const files = ["src", "test", "bench", "contracts", "examples", "conformance", "docs"]
      .filter((name) => existsSync(join(root, name)))
      .flatMap(filesIn);
    expect(files.length).toBeGreaterThan(100);
    const long = files.filter((file) => readFileSync(join(root, file), "utf8").trimEnd().split("\n").length > 300);
    expect(long).toEqual([]);
  });
});
