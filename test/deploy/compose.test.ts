// What deploy/compose.yaml promises: hardened containers, a backend that nobody but the sidecar reaches, secrets in files.
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readSettings, settingNames, variableOf } from "../../src/settings.ts";
import { compose, folder, ignored, readComposeFile } from "./compose.ts";
import { composeProblems } from "./published.ts";

const { services, networks, secrets, volumes } = compose;
const { checkrein, shop } = services;

test.each(["compose.yaml", "compose.redis.yaml", "compose.sidecar.yaml"])(
  "%s is what the Compose Specification publishes",
  (name) => {
    const file = readComposeFile(name);
    expect(composeProblems(file)).toEqual([]);
    const text = JSON.stringify(file);
    for (const [from, to] of [
      ["read_only", "readonly"],
      ['"image":', '"imag":'],
      ["internal", "intern"],
      ['"file":', '"path":'],
    ] as const)
      expect(composeProblems(JSON.parse(text.replaceAll(from, to))), from).not.toEqual([]);
  },
);

test.each(Object.entries(services))("%s has no rights that it does not need", (_name, hardened) => {
  expect(hardened).toMatchObject({
    user: "1000:1000",
    read_only: true,
    cap_drop: ["ALL"],
    security_opt: ["no-new-privileges:true"],
    tmpfs: ["/tmp"],
  });
});

test("nothing is mounted to be written but what rules remember, where the image has a folder for it", () => {
  const written = Object.values(services).flatMap((one) => one.volumes.filter((volume) => !volume.endsWith(":ro")));
  const dockerfile = readFileSync(new URL("../Dockerfile", folder), "utf8");
  const [, directory = ""] = /CHECKREIN_STATE_DIRECTORY=(\S+)/.exec(dockerfile) ?? [];
  expect(written).toEqual([`state:${directory}`]);
  expect(Object.keys(volumes)).toEqual(["state"]);
  expect(checkrein.volumes).toContain(written[0]);
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
  const files = ["../contracts/shop/backend.ts", "callers.ts"].map((name) =>
    readFileSync(new URL(name, folder), "utf8"),
  );
  const asked = [...files.join("\n").matchAll(/(?:env|secret)\("(\w+)"\)/g)].map(([, name = ""]) => name);
  const known = new Set([...settingNames.map(variableOf), ...asked, ...asked.map((name) => `${name}_FILE`)]);
  expect(Object.keys(checkrein.environment).filter((name) => !known.has(name))).toEqual([]);
  expect(asked).toEqual(["SHOP_URL", "SHOP_TOKEN", "AGENT_KEY"]);
  for (const name of asked) expect(Object.keys(checkrein.environment).join(" ")).toContain(name);
});

test("every variable of the demo shop is one that it reads", () => {
  const program = readFileSync(new URL("../examples/shop/service.ts", folder), "utf8");
  const unread = Object.keys(shop.environment).filter((name) => name.startsWith("SHOP_") && !program.includes(name));
  expect(unread).toEqual([]);
});

test("secrets come from files, whose names git ignores, and never from the compose file", () => {
  expect(secrets).toEqual({ agent_key: { file: "./agent-key" }, shop_token: { file: "./shop-token" } });
  expect(ignored).toEqual(expect.arrayContaining(["agent-key", "shop-token"]));
  expect(checkrein.secrets).toEqual(["shop_token", "agent_key"]);
  expect(shop.secrets).toEqual(["shop_token"]); // the agent's key is none of its business
  for (const { environment, secrets: used } of Object.values(services))
    for (const name of used) {
      expect(environment[`${name.toUpperCase()}_FILE`]).toBe(`/run/secrets/${name}`);
      expect(environment[name.toUpperCase()]).toBeUndefined();
    }
});

test("everything that is built, mounted and run exists", () => {
  const sources = Object.values(services).flatMap((one) => one.volumes.map((volume) => volume.split(":")[0] ?? ""));
  const mounted = sources.filter((source) => !Object.hasOwn(volumes, source));
  const built = [checkrein.build ?? "missing", `${checkrein.build}/Dockerfile`, "../examples/shop/service.ts"];
  expect([...mounted, ...built].filter((path) => !existsSync(new URL(path, folder)))).toEqual([]);
});

test("both images are the ones that the Dockerfile names and makes", () => {
  const dockerfile = readFileSync(new URL("../Dockerfile", folder), "utf8");
  expect(dockerfile).toContain(`ARG NODE=docker.io/library/${shop.image}\n`);
  expect(dockerfile).toContain(`image.version="${checkrein.image.split(":")[1]}"`);
});
