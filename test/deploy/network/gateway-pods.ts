// The pods of the gateway shape, from its manifests: two replicas and their Redis, and around them an agent, backends, a name
// server, Prometheus and a stranger.
import { join } from "node:path";
import { clusterOf } from "../kubernetes/clusters.ts";
import { type Container, type PodSpec, type Workload, containersOf, workloadsOf } from "../kubernetes/kinds.ts";
import { readShape } from "../kubernetes/manifests.ts";
import { flowsOf } from "../kubernetes/reach.ts";
import type { Attempt } from "./agent-program.ts";
import type { PodNetwork } from "./cluster.ts";
import { startContainer } from "./container.ts";
import { enforce } from "./enforce.ts";
import { readResults } from "./fenced-pod.ts";
import { images } from "./images.ts";
import { type Running, type Stage, serve, spawnInside, withStage } from "./stage.ts";
import { changeFiles, claimVolume, fromFile, projectFiles } from "./volumes.ts";

export const secrets = {
  token: "canary-9a7e-the-shops-token",
  agentKey: "canary-9a7e-the-agents-key-0123456789abcdef",
  adminToken: "canary-9a7e-the-admin-token",
  password: "canary-9a7e-the-password-of-the-redis",
};

const REPLICAS: Readonly<Record<string, readonly string[]>> = { gateway: ["gateway-a", "gateway-b"], internet: [] };
const NAMES = ["agent", "gateway-a", "gateway-b", "redis", "shop", "ledger", "dns", "prometheus", "stranger"];

const agentOf = ([workload]: readonly Workload[]): { readonly pod: PodSpec; readonly container: Container } => {
  const container = workload?.pod.containers[0];
  if (workload === undefined || container === undefined) throw new Error("there is no agent");
  return { pod: workload.pod, container };
};

export const createGatewayPods = () => withStage(NAMES, startPods);

const startPods = async (stage: Stage) => {
  const { documents } = readShape("gateway");
  const [gateway, redis] = workloadsOf(documents);
  if (gateway === undefined || redis === undefined) throw new Error("there are two kinds of pods");
  const agent = agentOf(workloadsOf(readShape("sidecar").documents));
  const at = (name: string): string => join(stage.folder, name);
  const contracts = { ...fromFile("contracts/shop"), ...fromFile("deploy/callers.ts") };
  const volumes = {
    "configmap/contracts": projectFiles(stage.mounted("contracts"), contracts),
    "configmap/openapi": projectFiles(stage.mounted("openapi"), fromFile("openapi/shop.yaml")),
    "configmap/redis": projectFiles(stage.mounted("redis"), fromFile("deploy/redis.conf")),
    "secret/shop": projectFiles(stage.mounted("shop"), { token: `${secrets.token}\n` }),
    "secret/redis": projectFiles(stage.mounted("password"), { "redis-password": `requirepass ${secrets.password}\n` }),
    "secret/checkrein": projectFiles(stage.mounted("checkrein"), {
      "redis-url": `redis://:${secrets.password}@redis:6379\n`,
      "signing-key": "canary-9a7e-the-signing-key-0123456789abcdef\n",
      "admin-token": `${secrets.adminToken}\n`,
      "agent-key": `${secrets.agentKey}\n`,
    }),
    data: claimVolume(at("data"), 999),
  };
  const startPod = (name: string, pod: PodSpec): Running => {
    const [container, ...others] = containersOf(pod);
    if (container === undefined || others.length > 0) throw new Error("it has one container");
    return startIn(name, pod, container);
  };
  const startIn = (name: string, pod: PodSpec, container: Container): Running => {
    const place = {
      netns: stage.pod(name).netns,
      nameServer: stage.pod("dns").address,
      folder: stage.folder,
      images,
      volumes,
    };
    return stage.keep(startContainer(pod, container, place));
  };
  const backend = { file: "shop-program.ts", environment: { SHOP_TOKEN: secrets.token } };
  const shop = stage.runProgram("shop", backend);
  const ledger = stage.runProgram("ledger", backend);
  const names = {
    "shop.backends.svc.cluster.local": stage.pod("shop").address,
    redis: stage.pod("redis").address,
    "gateway.checkrein": stage.pod("gateway-a").address,
    "gateway.checkrein.svc": stage.pod("gateway-b").address,
  };
  const dns = stage.runProgram("dns", { file: "name-server.ts", args: [JSON.stringify(names)] });
  const store = startPod("redis", redis.pod);
  const besideNames = stage.keep(spawnInside(stage.pod("dns").netns, process.execPath, "--eval", serve(8080)));
  await Promise.all([
    shop.said("listening"),
    ledger.said("listening"),
    dns.said("listening"),
    store.said("Ready to accept"),
    besideNames.said("open"),
  ]);
  const replicas = [startPod("gateway-a", gateway.pod), startPod("gateway-b", gateway.pod)];
  await Promise.all(replicas.map((replica) => replica.said('"msg":"ready"')));
  return {
    stage,
    shop,
    replicas,
    /** In a container of its own, as in the sidecar shape. */
    tryAsAgent: (attempts: readonly Attempt[]): Promise<readonly string[]> =>
      readResults(startIn("agent", agent.pod, { ...agent.container, args: [JSON.stringify(attempts)] })),
    /** From a pod whose answers may have secrets: the operator's. */
    tryFrom: (name: string, attempts: readonly Attempt[]): Promise<readonly string[]> =>
      readResults(
        stage.runProgram(name, { file: "agent-program.ts", args: [JSON.stringify(attempts)], isSecret: true }),
      ),
    /** Changes the ConfigMap with the contracts, as an operator does. */
    changeContracts: (change: (text: string) => string): void => {
      const changed = Object.entries(contracts).map(([name, text]) => [name, change(text)]);
      changeFiles(stage.mounted("contracts"), Object.fromEntries(changed));
    },
    enforcePolicies: (): void => {
      const podsOf = (name: string): readonly PodNetwork[] => (REPLICAS[name] ?? [name]).map(stage.pod);
      enforce(stage.cluster, flowsOf(documents, clusterOf("gateway")), { folder: stage.folder, podsOf });
    },
    close: () => stage.close(),
  };
};
