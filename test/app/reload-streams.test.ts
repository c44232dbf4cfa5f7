// A stream that stays open by itself does not hold a version of the contracts for good.
import { afterEach, expect, it, vi } from "vitest";
import { type McpPost, initialize, modern, openMcp, sendMcp } from "../ingress/mcp-wire.ts";
import { getItem, startReloading } from "./reloading.ts";

const STREAMS: readonly (readonly [string, (port: number) => Promise<McpPost>])[] = [
  [
    "the GET stream of a session",
    async (port) => {
      const { headers } = await sendMcp(port, initialize());
      return { method: "GET", headers: { "mcp-session-id": headers.get("mcp-session-id") ?? "" } };
    },
  ],
  ["subscriptions/listen", async () => modern("subscriptions/listen", { notifications: {} })],
];

afterEach(() => void vi.useRealTimers());

it.each(STREAMS)("%s goes on after a switch, and ends minutes later", async (_, make) => {
  const { app, write, reload } = await startReloading();
  const lingering = async (): Promise<string | undefined> => {
    const metrics = await (await fetch(`${app.app.adminUrl}/metrics`)).text();
    return /^checkrein_contract_versions_lingering (\d+)$/m.exec(metrics)?.[1];
  };
  const stream = await openMcp(app.port, await make(app.port));
  expect(stream.status).toBe(200);
  let hasEnded = false;
  void stream.text().then(() => (hasEnded = true));
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  write("get-item.ts", getItem(9));
  expect(await reload()).toBe("switched");
  vi.advanceTimersByTime(299_000);
  expect([await lingering(), hasEnded]).toEqual(["1", false]);
  vi.advanceTimersByTime(1000);
  await expect.poll(() => hasEnded).toBe(true);
  await expect.poll(lingering).toBe("0");
  const again = await openMcp(app.port, await make(app.port));
  const [before, now] = [stream, again].map(({ headers }) => headers.get("checkrein-contracts"));
  expect([before, now]).toEqual([expect.stringMatching(/^\w{12}$/), expect.stringMatching(/^\w{12}$/)]);
  expect(now).not.toBe(before);
});
