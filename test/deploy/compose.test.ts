// What deploy/compose.yaml promises: hardened containers, a backend that nobody but the sidecar reaches, secrets in files.
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { readSettings, settingNames, variableOf } from "../../src/settings.ts";

const folder = new URL("../../deploy/", import.meta.url);

/** The part of the compose specification that the file uses: a misspelt member is not in it. */
const service = z.strictObject({
  image: z.string(),
  build: z.string().optional(),
  init: z.boolean().optional(),
  user: z.string(),
  read_only: z.boolean(),
  tmpfs: z.array(z.string()),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
  mem_limit: z.string().regex(/^\d+[kmg]$/),
  pids_limit: z.int(),
  restart: z.enum(["no", "always", "on-failure", "unless-stopped"]),
  working_dir: z.string().optional(),
  command: z.array(z.string()).optional(),
  networks: z.array(z.string()),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()),
  secrets: z.array(z.string()),
  environment: z.record(z.string(), z.string()),
  stop_grace_period: z
    .string()
    .regex(/^\d+s$/)
    .optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.literal("service_healthy") })).optional(),
  healthcheck: z
    .strictObject({ test: z.array(z.string()), interval: z.string(), timeout: z.string(), retries: z.int() })
    .optional(),
});
const compose = z.strictObject({
  name: z.string(),
  "x-hardened": z.unknown(),
  services: z.strictObject({ checkrein: service, shop: service }),
  networks: z.record(z.string(), z.strictObject({ internal: z.boolean().optional() })),
  secrets: z.record(z.string(), z.strictObject({ file: z.string() })),
});
const source = readFileSync(new URL("compose.yaml", folder), "utf8");
const { services, networks, secrets } = compose.parse(parse(source, { merge: true }));
const { checkrein, shop } = services;

test.each(Object.entries(services))("%s has no rights that it does not need", (_name, hardened) => {
  expect(hardened).toMatchObject({
    user: "1000:1000",
    read_only: true,
    cap_drop: ["ALL"],
    security_opt: ["no-new-privileges:true"],
    tmpfs: ["/tmp"],
  });
  expect(hardened.volumes.filter((volume) => !volume.endsWith(":ro"))).toEqual([]);
});

test("the backend is reachable for the sidecar alone", () => {
  expect(shop.ports).toEqual([]);
  expect(shop.networks).toEqual(["backends"]);
  expect(networks["backends"]).toEqual({ internal: true });
  expect(checkrein.networks).toEqual(["agents", "backends"]);
});

test("the sidecar is published on loopback, and the admin port not at all", () => {
  expect(checkrein.ports).toEqual(["127.0.0.1:${PORT:-8080}:8080"]);
});

test("the sidecar starts when the backend is healthy, and is given more time to stop than it drains", () => {
  expect(checkrein.depends_on).toEqual({ shop: { condition: "service_healthy" } });
  expect(shop.healthcheck?.test[0]).toBe("CMD");
  const settings = readSettings(ownVariables(checkrein.environment));
  if (!settings.ok) throw new Error(settings.problems.join("\n"));
  expect(Number.parseInt(checkrein.stop_grace_period ?? "0", 10) * 1000).toBeGreaterThan(settings.settings.drainMs);
});

const ownVariables = (environment: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith("CHECKREIN_")));

test("every variable of the sidecar is a setting, or what a contract asks for", () => {
  const contract = readFileSync(new URL("../contracts/shop/backend.ts", folder), "utf8");
  const asked = [...contract.matchAll(/(?:env|secret)\("(\w+)"\)/g)].map(([, name = ""]) => name);
  const known = new Set([...settingNames.map(variableOf), ...asked, ...asked.map((name) => `${name}_FILE`)]);
  expect(Object.keys(checkrein.environment).filter((name) => !known.has(name))).toEqual([]);
  for (const name of asked) expect(Object.keys(checkrein.environment).join(" ")).toContain(name);
});

test("every variable of the demo shop is one that it reads", () => {
  const program = readFileSync(new URL("../examples/shop/service.ts", folder), "utf8");
  const unread = Object.keys(shop.environment).filter((name) => name.startsWith("SHOP_") && !program.includes(name));
  expect(unread).toEqual([]);
});

test("secrets come from files, whose names git ignores, and never from the compose file", () => {
  expect(secrets).toEqual({ shop_token: { file: "./shop-token" } });
  expect(readFileSync(new URL(".gitignore", folder), "utf8").split("\n")).toContain("shop-token");
  for (const { environment, secrets: used } of Object.values(services)) {
    expect(used).toEqual(["shop_token"]);
    expect(environment["SHOP_TOKEN_FILE"]).toBe("/run/secrets/shop_token");
    expect(environment["SHOP_TOKEN"]).toBeUndefined();
  }
});

test("everything that is built, mounted and run exists", () => {
  const mounted = Object.values(services).flatMap(({ volumes }) => volumes.map((volume) => volume.split(":")[0] ?? ""));
  const built = [checkrein.build ?? "missing", `${checkrein.build}/Dockerfile`, "../examples/shop/service.ts"];
  expect([...mounted, ...built].filter((path) => !existsSync(new URL(path, folder)))).toEqual([]);
});

test("both images are the ones that the Dockerfile names and makes", () => {
  const dockerfile = readFileSync(new URL("../Dockerfile", folder), "utf8");
  expect(dockerfile).toContain(`ARG NODE=docker.io/library/${shop.image}\n`);
  expect(dockerfile).toContain(`image.version="${checkrein.image.split(":")[1]}"`);
});
