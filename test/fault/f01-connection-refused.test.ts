// F01: nobody listens at the backend's port. Each call is told at once that nothing was sent; after a few the backend is left
// alone, and it is found again when it is back.
import { createServer } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { freePort } from "../support/free-port.ts";
import { INGRESSES, type Sidecar, type Told, startSidecar } from "./bounds/sidecar.ts";
import { breakerOf } from "./bounds/backend-state.ts";

let sidecar: Sidecar;
let port = 0;
beforeAll(async () => {
  port = await freePort();
  sidecar = await startSidecar({ environment: { SICK_URL: `http://127.0.0.1:${port}` } });
});
afterAll(() => sidecar.stop());

/** Over MCP a refusal of a call is a result. */
const expectRefused = (told: readonly Told[]): void => {
  expect(new Set(told.map(({ code, forwarded }) => `${code} ${forwarded}`))).toEqual(
    new Set(["upstream_unavailable no"]),
  );
  expect(told.every(({ status }) => status === 502 || status === 200)).toBe(true);
};

it("says at once that nothing was sent, opens after five calls, harms no other, and closes when the backend is back", async () => {
  const told: Told[] = [];
  for (const ingress of [...INGRESSES, ...INGRESSES.slice(0, 2)])
    told.push(await sidecar.call("write_sick", "a", ingress));
  expectRefused(told);
  expect(new Set(told.map((one) => one.class))).toEqual(new Set(["not_your_fault"]));
  expect(await breakerOf(sidecar, "sick")).toBe("open");
  expect((await sidecar.admin("/readyz")).body).toMatchObject({
    ready: true,
    trouble: ["backend sick: is not called"],
  });

  const during = await Promise.all(INGRESSES.map((ingress) => sidecar.call("read_sick", "a", ingress)));
  expectRefused(during);
  expect(during.every((one) => one.class === "wait" && one.seconds >= 1)).toBe(true);
  const wells = await sidecar.many(50, "read_well");
  expect(new Set(wells.map(({ status }) => status))).toEqual(new Set([200]));

  const back = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", () =>
      socket.write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"),
    );
  });
  await new Promise<void>((resolve) => back.listen(port, "127.0.0.1", resolve));
  // A write may find out, too: of none of the calls that failed anything can have been sent.
  await expect.poll(async () => (await sidecar.call("write_sick")).status, { timeout: 5000 }).toBe(200);
  await sidecar.call("read_sick");
  await sidecar.call("read_sick");
  expect(await breakerOf(sidecar, "sick")).toBe("closed");
  expect((await sidecar.admin("/readyz")).body).toMatchObject({ trouble: [] });
  back.close();

  const ids = [...told, ...during, ...wells].map((one) => one.call);
  const recorded = (): readonly number[] => {
    const calls = sidecar.records("call").map((record) => record["call"]);
    return ids.map((id) => calls.filter((call) => call === id).length);
  };
  await expect.poll(recorded, { timeout: 3000 }).toEqual(ids.map(() => 1));
  const intents = sidecar.records("intent").map((record) => record["call"]);
  expect(during.filter(({ call }) => intents.includes(call))).toEqual([]); // nothing was about to be sent
});
