// F28: a function of a contract holds the event loop for half a second, again and again. Of the calls that queued meanwhile a few
// are taken and the rest is refused at once; after three stalls the sidecar is not ready, until they are over for a while.
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Sidecar, startSidecar } from "./bounds/sidecar.ts";

let sidecar: Sidecar;
beforeAll(async () => {
  sidecar = await startSidecar();
  await sidecar.many(200, "read_well"); // the connections are there, and the code is warm
});
afterAll(() => sidecar.stop());

it("sheds what has waited, and is not ready while it goes on", async () => {
  const stall = sidecar.call("stall", "600");
  const queued = await sidecar.many(300, "read_well");
  expect((await stall).status).toBe(200);
  const refused = queued.filter(({ code }) => code === "overloaded");
  expect(refused.length).toBeGreaterThan(0);
  expect(queued.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
  expect(new Set(refused.map(({ status, forwarded }) => `${status} ${forwarded}`))).toEqual(new Set(["503 no"]));
  expect(new Set(refused.map(({ seconds }) => seconds)).size).toBeGreaterThan(1); // they do not come back together
  expect((await sidecar.admin("/readyz")).status).toBe(200);
  for (const milliseconds of ["600", "600"]) expect((await sidecar.call("stall", milliseconds)).status).toBe(200);
  const stuck = await sidecar.admin("/readyz");
  expect([stuck.status, stuck.body["trouble"]]).toEqual([503, ["the event loop stood still again and again"]]);
  expect((await sidecar.admin("/livez")).status).toBe(200);
  await expect.poll(async () => (await sidecar.admin("/readyz")).status, { timeout: 15_000 }).toBe(200);
  expect((await sidecar.many(100, "read_well")).filter(({ status }) => status !== 200)).toEqual([]);
}, 40_000);
