// What deploy/compose.sidecar.yaml promises: the shape of deploy/kubernetes/sidecar, with the same fence and the same users.
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { readSettings } from "../../src/settings.ts";
import { compose, composeSidecar, folder, ignored } from "./compose.ts";
import { containersOf, contextOf, workloadsOf } from "./kubernetes/kinds.ts";
import { readShape } from "./kubernetes/manifests.ts";

const { network, fence, checkrein, agent, shop } = composeSidecar.services;
const [workload] = workloadsOf(readShape("sidecar").documents);

test("has the fence's numbers and the users of the Kubernetes manifest", () => {
  const pod = workload?.pod;
  if (pod === undefined) throw new Error("there is no pod");
  const [ofFence, ...others] = containersOf(pod);
  expect(fence.command).toEqual(ofFence?.args);
  const users = others
    .map((one) => contextOf(pod, one))
    .map(({ runAsUser, runAsGroup }) => `${runAsUser}:${runAsGroup}`);
  expect([checkrein.user, agent.user]).toEqual(users);
});

test("the agent shares the sidecar's network and nothing else", () => {
  for (const one of [fence, checkrein, agent])
    expect(one).toMatchObject({ network_mode: "service:network", networks: [], ports: [] });
  expect(agent).toMatchObject({ volumes: [], secrets: [], environment: {} });
  expect([network.networks, network.secrets, network.volumes]).toEqual([["backends"], [], []]);
  expect(composeSidecar.networks).toEqual({ backends: { internal: true } });
});

test("the fence is set before the sidecar starts, and the sidecar is healthy before the agent does", () => {
  expect(checkrein.depends_on).toEqual({
    fence: { condition: "service_completed_successfully" },
    shop: { condition: "service_healthy" },
  });
  expect(agent.depends_on).toEqual({ checkrein: { condition: "service_healthy" } });
  expect([network, fence, agent].map(({ restart }) => restart)).toEqual(["no", "no", "no"]);
});

test("nobody has a right that it does not need, and the fence one", () => {
  for (const [name, one] of Object.entries(composeSidecar.services)) {
    expect(one).toMatchObject({ read_only: true, cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"] });
    expect(one.cap_add, name).toEqual(name === "fence" ? ["NET_ADMIN"] : []);
    expect(one.user.startsWith("0:"), name).toBe(name === "fence");
  }
});

test("the sidecar listens on loopback, where the agent needs no key", () => {
  const own = Object.entries(checkrein.environment).filter(([name]) => name.startsWith("CHECKREIN_"));
  const settings = readSettings(Object.fromEntries(own));
  expect(settings.ok && settings.settings).toMatchObject({
    host: "127.0.0.1",
    anonymous: true,
    port: 8080,
    adminPort: 8081,
  });
  const { SHOP_URL, SHOP_TOKEN_FILE } = compose.services.checkrein.environment;
  expect(checkrein.environment).toMatchObject({ SHOP_URL, SHOP_TOKEN_FILE });
});

test("the rest is as in compose.yaml, and everything that is mounted and built exists", () => {
  expect({ ...shop, restart: compose.services.shop.restart }).toEqual(compose.services.shop);
  expect(composeSidecar.secrets).toEqual({ shop_token: { file: "./shop-token" } });
  expect(ignored).toContain("shop-token");
  const sources = checkrein.volumes.map((volume) => volume.split(":")[0] ?? "").filter((source) => source !== "state");
  const paths = [...sources, `${fence.build}/Dockerfile`, `${fence.build}/fence.nft`];
  expect(paths.filter((path) => !existsSync(new URL(path, folder)))).toEqual([]);
});
