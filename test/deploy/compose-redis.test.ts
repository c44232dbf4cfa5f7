// What deploy/compose.redis.yaml adds: a Redis that the sidecar alone reaches, with a password, and the settings of redis.conf.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createClient } from "@redis/client";
import { expect, test } from "vitest";
import { readSettings } from "../../src/settings.ts";
import { isRedisExpected } from "../support/redis-server.ts";
import { compose, composeRedis, folder, ignored } from "./compose.ts";

const { checkrein, redis } = composeRedis.services;

test("the Redis has no rights that it does not need", () => {
  expect(redis).toMatchObject({
    user: "999:999",
    read_only: true,
    cap_drop: ["ALL"],
    security_opt: ["no-new-privileges:true"],
    ports: [],
  });
  expect(redis.volumes).toEqual(["./redis.conf:/etc/redis.conf:ro", "redis:/data"]);
  expect(composeRedis.volumes).toEqual({ redis: {} });
  expect(existsSync(new URL("redis.conf", folder))).toBe(true);
});

test("nobody but the sidecar shares a network with it", () => {
  expect(redis.networks).toEqual(["state"]);
  expect(checkrein.networks).toEqual(["state"]);
  expect(composeRedis.networks).toEqual({ state: { internal: true } });
  expect(Object.keys(compose.networks)).not.toContain("state");
});

test("its password comes from files that git ignores, and the sidecar reads its own form of it", () => {
  expect(composeRedis.secrets).toEqual({
    redis_password: { file: "./redis-password" },
    redis_url: { file: "./redis-url" },
    signing_key: { file: "./signing-key" },
  });
  expect(ignored).toEqual(expect.arrayContaining(["redis-password", "redis-url", "signing-key"]));
  expect([redis.secrets, checkrein.secrets]).toEqual([["redis_password"], ["redis_url", "signing_key"]]);
  expect(checkrein.environment).toEqual({
    CHECKREIN_STATE_FILE: "/run/secrets/redis_url",
    CHECKREIN_SIGNING_KEY_FILE: "/run/secrets/signing_key",
  });
});

/** The two lines that the head of the file has the operator write. */
const writeSecrets = (place: string): readonly [password: string, url: string] => {
  const files = [join(place, "redis-password"), join(place, "redis-url")] as const;
  writeFileSync(files[0], "requirepass a-password-for-a-test\n");
  writeFileSync(files[1], "redis://:a-password-for-a-test@redis:6379\n");
  return files;
};

test.runIf(isRedisExpected)("started as the file says, it wants the password and keeps every write", async () => {
  const place = mkdtempSync(join(tmpdir(), "checkrein-redis-"));
  const [password, url] = writeSecrets(place);
  const settings = readSettings({ CHECKREIN_STATE_FILE: url });
  expect(settings.ok && settings.settings.state).toBe("redis://:a-password-for-a-test@redis:6379");
  const there: Readonly<Record<string, string>> = {
    "/etc/redis.conf": fileURLToPath(new URL("redis.conf", folder)),
    "/run/secrets/redis_password": password,
  };
  const [program = "", ...words] = redis.command ?? [];
  const socket = join(place, "redis.sock");
  const args = [...words.map((word) => there[word] ?? word), "--dir", place, "--port", "0", "--unixsocket", socket];
  const server = spawn(program, args, { stdio: "ignore" });
  try {
    await expect.poll(() => existsSync(socket), { timeout: 10_000 }).toBe(true);
    const connect = (own: object) =>
      createClient({ ...own, socket: { path: socket, tls: false, reconnectStrategy: false } })
        .on("error", () => undefined) // it comes out of connect(), too
        .connect();
    await expect(connect({})).rejects.toThrow("NOAUTH");
    const client = await connect({ password: "a-password-for-a-test" });
    expect(await client.configGet("appendfsync")).toEqual({ appendfsync: "always" });
    expect(await client.configGet("maxmemory-policy")).toEqual({ "maxmemory-policy": "noeviction" });
    client.destroy();
  } finally {
    server.kill("SIGKILL");
    await once(server, "close");
    rmSync(place, { recursive: true });
  }
});
