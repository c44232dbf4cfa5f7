// Observe mode on the admin port.
import { afterAll, beforeAll, expect, it } from "vitest";
import { type AdminOfTest, startAdmin } from "./admin-port.ts";

let admin: AdminOfTest;
beforeAll(async () => void (admin = await startAdmin()));
afterAll(() => admin.stop());

it("GET /observe shows the observed tools, and how often what is refused was forwarded", async () => {
  expect(await admin.get("/observe")).toMatchObject({
    status: 200,
    body: { tools: ["create_refund"], counts: [{ tool: "create_refund", code: "limit_reached", calls: 2 }] },
  });
});

it("nobody without the token is told", async () => {
  expect((await fetch(`${admin.url}/observe`)).status).toBe(401);
});
