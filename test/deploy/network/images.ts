// The images that the manifests name, as their Dockerfiles make them: entry point, variables, and what is copied.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Instruction, environmentOf, readStages } from "../dockerfile.ts";
import type { Image } from "./container.ts";
import { repository } from "./volumes.ts";

const own = (path: string): string => join(repository, path);
const stage = (path: string): readonly Instruction[] => readStages(readFileSync(own(path), "utf8")).at(-1) ?? [];

const words = (instructions: readonly Instruction[], name: string): readonly string[] => {
  const text = instructions.find((one) => one.name === name)?.text;
  const parsed: readonly string[] = text === undefined ? [] : JSON.parse(text);
  return parsed;
};

const [checkrein, fence] = [stage("Dockerfile"), stage("deploy/fence/Dockerfile")];
const node = { "/image/bin/node": process.execPath };

export const images: Readonly<Record<string, Image>> = {
  checkrein: {
    // The sources instead of what they are compiled to, which takes longer than all else here; prove-container.sh runs that.
    entrypoint: words(checkrein, "ENTRYPOINT").map((word) => (word === "dist/main.js" ? "src/main.ts" : word)),
    command: words(checkrein, "CMD"),
    folder: "/app",
    environment: environmentOf(checkrein),
    files: {
      ...node,
      ...Object.fromEntries(["src", "node_modules", "package.json"].map((name) => [`/app/${name}`, own(name)])),
    },
  },
  "checkrein-fence": {
    entrypoint: words(fence, "ENTRYPOINT"),
    command: [],
    folder: "/",
    environment: {},
    files: { "/etc/fence.nft": own("deploy/fence/fence.nft") },
  },
  agent: {
    entrypoint: ["node", "agent-program.ts"],
    command: [],
    folder: "/agent",
    environment: { NODE_NO_WARNINGS: "1" },
    files: { ...node, "/agent/agent-program.ts": own("test/deploy/network/agent-program.ts") },
  },
  "redis:7.4-bookworm": { entrypoint: [], command: [], folder: "/", environment: {}, files: {} },
};
