// F02: the backend's port takes no connection and refuses none, because its backlog is full. Calls end with the time for
// connecting, nothing was sent, and other backends do not notice.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type Socket, connect } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { INGRESSES, type Sidecar, startSidecar } from "./bounds/sidecar.ts";

const DEAF =
  'const s = require("net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => console.log(s.address().port))';

let sidecar: Sidecar;
let stop: () => void;
beforeAll(async () => {
  const child = spawn(process.execPath, ["-e", DEAF], { stdio: ["ignore", "pipe", "inherit"] });
  if (child.stdout === null) throw new Error("it was asked for");
  const port = Number(String((await once(child.stdout, "data"))[0]));
  child.kill("SIGSTOP"); // the kernel goes on taking connections until the backlog is full
  const fillers: Socket[] = Array.from({ length: 4 }, () => connect(port, "127.0.0.1").on("error", () => undefined));
  stop = () => {
    for (const filler of fillers) filler.destroy();
    child.kill("SIGKILL");
  };
  sidecar = await startSidecar({
    environment: { SICK_URL: `http://127.0.0.1:${port}` },
    settings: { "breaker-ms": 0 },
  });
});
afterAll(async () => {
  await sidecar.stop();
  stop();
});

it("ends after the time for connecting with nothing sent, while another backend answers as ever", async () => {
  const hanging = Promise.all(
    INGRESSES.flatMap((ingress) => [sidecar.call("read_sick", "a", ingress), sidecar.call("write_sick", "a", ingress)]),
  );
  const wells = await sidecar.many(100, "read_well");
  expect(new Set(wells.map(({ status }) => status))).toEqual(new Set([200]));
  for (const told of await hanging) {
    expect([told.code, told.forwarded]).toEqual(["upstream_timeout", "no"]);
    expect([504, 200]).toContain(told.status);
    expect(told.milliseconds).toBeGreaterThan(380);
    expect(told.milliseconds).toBeLessThan(3000); // 400 for connecting, the rest for a busy machine
  }
});
