// Reads the compose files, held to the part of the specification that they use: a misspelt member is not in it.
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";

export const folder = new URL("../../deploy/", import.meta.url);

const service = z.strictObject({
  image: z.string(),
  build: z.string().optional(),
  init: z.boolean().optional(),
  user: z.string(),
  read_only: z.boolean(),
  tmpfs: z.array(z.string()),
  cap_drop: z.array(z.string()),
  cap_add: z.array(z.string()).default([]),
  security_opt: z.array(z.string()),
  mem_limit: z.string().regex(/^\d+[kmg]$/),
  pids_limit: z.int(),
  restart: z.enum(["no", "always", "on-failure", "unless-stopped"]),
  working_dir: z.string().optional(),
  command: z.array(z.string()).optional(),
  networks: z.array(z.string()).default([]),
  network_mode: z.string().optional(),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  secrets: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  stop_grace_period: z
    .string()
    .regex(/^\d+s$/)
    .optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.string() })).optional(),
  healthcheck: z
    .strictObject({ test: z.array(z.string()), interval: z.string(), timeout: z.string(), retries: z.int() })
    .optional(),
});

const shared = {
  networks: z.record(z.string(), z.strictObject({ internal: z.boolean().optional() })),
  volumes: z.record(z.string(), z.strictObject({})),
  secrets: z.record(z.string(), z.strictObject({ file: z.string() })),
};

const base = z.strictObject({
  name: z.string(),
  "x-hardened": z.unknown(),
  services: z.strictObject({ checkrein: service, shop: service }),
  ...shared,
});

/** Given after the other: what it says of `checkrein` is added to what stands there. */
const redis = z.strictObject({
  services: z.strictObject({
    checkrein: service.pick({ networks: true, secrets: true, environment: true }).strict(),
    redis: service,
  }),
  ...shared,
});

/** The sidecar shape, which stands alone. */
const sidecar = base.extend({
  services: z.strictObject({ network: service, fence: service, checkrein: service, agent: service, shop: service }),
});

export const readComposeFile = (name: string): unknown =>
  parse(readFileSync(new URL(name, folder), "utf8"), { merge: true });

export const compose = base.parse(readComposeFile("compose.yaml"));
export const composeRedis = redis.parse(readComposeFile("compose.redis.yaml"));
export const composeSidecar = sidecar.parse(readComposeFile("compose.sidecar.yaml"));

/** Names that git does not take, so that no secret is committed. */
export const ignored = readFileSync(new URL(".gitignore", folder), "utf8").split("\n");
