// The pod of the sidecar shape, from its manifest: the fence, the sidecar and the agent, with a shop and a name server around.
import { join } from "node:path";
import { type Container, containersOf, workloadsOf } from "../kubernetes/kinds.ts";
import { readShape } from "../kubernetes/manifests.ts";
import type { Attempt } from "./agent-program.ts";
import { type Place, startContainer } from "./container.ts";
import { images } from "./images.ts";
import { type Running, type Stage, spawnInside, withStage } from "./stage.ts";
import { claimVolume, fromFile, projectFiles } from "./volumes.ts";

export const TOKEN = "canary-fe4c-the-shops-token";

export const readResults = async (tries: Running): Promise<readonly string[]> => {
  await tries.ended;
  const results: readonly string[] = JSON.parse(tries.lines.at(-1) ?? "");
  return results;
};

export const createFencedPod = (fenceFiles: Readonly<Record<string, string>> = {}) =>
  withStage(["agent", "shop", "dns", "other"], (stage) => startAround(stage, fenceFiles));

const startAround = async (stage: Stage, fenceFiles: Readonly<Record<string, string>>) => {
  const [workload] = workloadsOf(readShape("sidecar").documents);
  if (workload === undefined) throw new Error("there is no pod");
  const { pod } = workload;
  const [fence, sidecar, agent] = containersOf(pod);
  if (fence === undefined || sidecar === undefined || agent === undefined) throw new Error("it has three containers");
  const at = (name: string): string => join(stage.folder, name);
  const place: Place = {
    netns: stage.pod("agent").netns,
    nameServer: stage.pod("dns").address,
    folder: stage.folder,
    images,
    volumes: {
      "configmap/fence": projectFiles(stage.mounted("fence"), fenceFiles),
      "configmap/contracts": projectFiles(stage.mounted("contracts"), fromFile("contracts/shop")),
      "configmap/openapi": projectFiles(stage.mounted("openapi"), fromFile("openapi/shop.yaml")),
      "secret/shop": projectFiles(stage.mounted("shop"), { token: TOKEN }),
      state: claimVolume(at("state"), 1000),
    },
  };
  const shop = stage.runProgram("shop", { file: "shop-program.ts", environment: { SHOP_TOKEN: TOKEN } });
  const names = JSON.stringify({ "shop.backends.svc.cluster.local": stage.pod("shop").address });
  const dns = stage.runProgram("dns", { file: "name-server.ts", args: [names] });
  const start = (container: Container, isSecret = false): Running =>
    stage.keep(startContainer(pod, container, place), isSecret);
  const as = (user = agent.securityContext.runAsUser): Container => ({
    ...agent,
    securityContext: { ...agent.securityContext, runAsUser: user, runAsGroup: user },
  });
  await Promise.all([shop.said("listening"), dns.said("listening")]);
  return {
    stage,
    shop,
    dns,
    /** Loads the fence, as the first init container does; gives its exit code. */
    setFence: async (): Promise<number | null> => start(fence).ended,
    startSidecar: async (): Promise<Running> => {
      const running = start(sidecar);
      await running.said('"msg":"ready"');
      return running;
    },
    /** What comes of each attempt in the agent's container; with another user, if that is who tries. */
    tryAll: async (attempts: readonly Attempt[], user?: number): Promise<readonly string[]> => {
      const tries = { ...as(user), args: [JSON.stringify(attempts)] };
      return readResults(start(tries, user !== undefined)); // the sidecar may read its own secrets
    },
    /** The same from a pod elsewhere. */
    tryFromOutside: async (attempts: readonly Attempt[]): Promise<readonly string[]> =>
      readResults(stage.runProgram("other", { file: "agent-program.ts", args: [JSON.stringify(attempts)] })),
    /** The agent's container, with a program in it that stays. */
    startAgent: (code: string, user?: number): Running => start({ ...as(user), command: ["node", "--eval", code] }),
    startOutside: (code: string): Running =>
      stage.keep(spawnInside(stage.pod("other").netns, process.execPath, "--eval", code)),
    close: () => stage.close(),
  };
};
