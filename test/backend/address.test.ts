// SAFETY row "ssrf" and F14: which addresses are never dialled, in every writing, and what a resolver's answer can change.
import type { LookupAddress } from "node:dns";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addressPolicy, forbiddenAddress, guardedLookup } from "../../src/backend/address.ts";
import { readNetworks } from "../../src/contract/load/networks.ts";
import { startProbe } from "../support/probe.ts";
import { type SocketBackend, always, startSocketBackend } from "../support/socket-backend.ts";

const open = { allowLoopback: false, networks: undefined };

describe("an address", () => {
  it.each([
    "0.0.0.0",
    "0.1.2.3",
    "127.0.0.1",
    "127.255.0.9",
    "169.254.169.254",
    "169.254.0.1",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "100.100.100.200",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "0:0:0:0:0:ffff:7f00:0001",
    "::ffff:169.254.169.254",
    "::ffff:a9fe:a9fe",
    "::ffff:0.0.0.0",
    "::127.0.0.1",
    "::7f00:1",
    "::a9fe:a9fe",
    "64:ff9b::7f00:1",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::a9fe:a9fe",
    "2002:7f00:1::",
    "fe80::1",
    "fe80::1%eth0",
    "febf::1",
    "ff02::1",
    "fd00:ec2::254",
    "not an address",
    "",
  ])("is never dialled: %s", (address) => {
    expect(forbiddenAddress(address, open)).toBeTypeOf("string");
  });

  it.each([
    "10.0.0.1",
    "172.16.3.4",
    "192.168.1.1",
    "100.64.0.1",
    "8.8.8.8",
    "1.1.1.1",
    "fd12::1",
    "2606:4700::1",
    "::ffff:8.8.8.8",
    "::ffff:10.0.0.1",
  ])("may be dialled: %s", (address) => {
    expect(forbiddenAddress(address, open)).toBeUndefined();
  });

  it.each(["127.0.0.1", "::1", "::ffff:127.0.0.1"])("of loopback is dialled where the URL says so: %s", (address) => {
    expect(forbiddenAddress(address, { ...open, allowLoopback: true })).toBeUndefined();
  });

  it("stays inside the backend's networks", () => {
    const networks = readNetworks(["10.0.0.0/8", "fd00::/8", "192.0.2.7"]);
    const policy = { allowLoopback: false, networks };
    for (const inside of ["10.1.2.3", "::ffff:10.1.2.3", "fd00::1", "192.0.2.7"])
      expect(forbiddenAddress(inside, policy)).toBeUndefined();
    for (const outside of ["11.0.0.1", "192.0.2.8", "2606::1"])
      expect(forbiddenAddress(outside, policy)).toBeTypeOf("string");
  });

  it.each(["10.0.0.0/33", "10.0.0.0/x", "10.0.0.0/", "nonsense", "10.0.0/8", "fd00::/129"])(
    "names a bad network: %s",
    (range) => {
      expect(() => readNetworks([range])).toThrow(RangeError);
    },
  );
});

describe("the URL of a backend", () => {
  it.each([
    ["http://127.0.0.1/", true],
    ["http://127.9.9.9/", true],
    ["http://[::1]/", true],
    ["http://localhost/", true],
    ["http://LOCALHOST/", true],
    ["http://localhost.example/", false],
    ["http://evil-localhost/", false],
    ["http://10.0.0.1/", false],
  ])("%s says loopback: %s", (url, says) => {
    expect(addressPolicy(new URL(url), undefined).allowLoopback).toBe(says);
  });

  it.each([
    "http://169.254.169.254/latest",
    "http://2852039166/",
    "http://0xa9fea9fe/",
    "http://0251.0376.0251.0376/",
    "http://[::ffff:169.254.169.254]/",
    "http://0/",
    "http://0.0.0.0/",
    "http://[::]/",
    "http://[fe80::1]/",
    "http://①⑥⑨.②⑤④.①⑥⑨.②⑤④/",
  ])("refuses to start with %s", async (url) => {
    await expect(startProbe({ script: always(200, ""), url })).rejects.toMatchObject({
      problems: [{ place: "backend api.url" }],
    });
  });
});

describe("F14 what a resolver answers", () => {
  const lookupOf = (found: readonly string[] | Error, policy = open): Promise<unknown> =>
    new Promise((resolve) => {
      const addresses: LookupAddress[] =
        found instanceof Error ? [] : found.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
      const resolver = (
        _name: string,
        _options: unknown,
        callback: (error: Error | null, found: LookupAddress[]) => void,
      ): void => callback(found instanceof Error ? found : null, addresses);
      const lookup = guardedLookup(policy, resolver as never); // of dns.lookup's forms the one that is called
      lookup("backend.test", { all: true }, (error, answer) => resolve(error ?? answer));
    });

  it.each([["169.254.169.254"], ["::1"], ["0.0.0.0"], ["127.0.0.1"], ["::ffff:169.254.169.254"]])(
    "refuses %s",
    async (address) => {
      expect(await lookupOf([address])).toMatchObject({ code: "FORBIDDEN_ADDRESS" });
    },
  );
  it("refuses the whole answer when one address in it is forbidden", async () => {
    expect(await lookupOf(["10.0.0.1", "169.254.169.254"])).toMatchObject({ code: "FORBIDDEN_ADDRESS" });
    expect(await lookupOf(["169.254.169.254", "10.0.0.1"])).toMatchObject({ code: "FORBIDDEN_ADDRESS" });
  });
  it("refuses an empty answer, and passes the resolver's own error on", async () => {
    expect(await lookupOf([])).toMatchObject({ code: "FORBIDDEN_ADDRESS" });
    expect(await lookupOf(Object.assign(new Error("no"), { code: "ENOTFOUND" }))).toMatchObject({ code: "ENOTFOUND" });
  });
  it("gives good addresses on as they are", async () => {
    expect(await lookupOf(["10.0.0.1", "8.8.8.8"])).toEqual([
      { address: "10.0.0.1", family: 4 },
      { address: "8.8.8.8", family: 4 },
    ]);
  });
});

describe("a name that leads to loopback", () => {
  let backend: SocketBackend;
  beforeAll(async () => {
    backend = await startSocketBackend(always(200, '{"id":"a"}'));
  });
  afterAll(() => backend.close());

  it("is dialled when it is localhost itself", async () => {
    const probe = await startProbe({ script: always(200, ""), url: `http://localhost:${backend.port}` });
    expect((await probe.call("get_item", { id: "a" })).status).toBe(200);
    await probe.stop();
  });

  it("is NXDOMAIN: 502, nothing was sent", async () => {
    const probe = await startProbe({
      script: always(200, ""),
      url: `http://nowhere.invalid:${backend.port}`,
      deadlineMs: 8000,
    });
    const answer = await probe.call("create_item", { name: "a" });
    expect(JSON.parse(answer.text)).toMatchObject({ forwarded: "no", class: "not_your_fault" });
    expect([502, 504]).toContain(answer.status);
    await probe.stop();
  });
});
