// At run time the front door freezes and brands; load does the judging.
import { describe, expect, it } from "vitest";
import { basic, bearer, defineContract, defineRestBackend, env, header, local, secret, z } from "../../src/index.ts";
import { isContractDeclaration } from "../../src/contract/define.ts";
import { isRestBackend } from "../../src/contract/define-rest-backend.ts";

const told = { tool: "t", description: "d" };

describe("defineRestBackend", () => {
  it("fills in defaults and keeps references as references", () => {
    const shop = defineRestBackend({
      name: "shop",
      document: "shop.yaml",
      url: env("SHOP_URL"),
      credential: bearer(secret("T")),
    });
    expect(shop.declaration).toEqual({
      kind: "rest",
      name: "shop",
      document: "shop.yaml",
      url: { kind: "env", name: "SHOP_URL" },
      credential: { kind: "bearer", token: { kind: "secret", name: "T" } },
      mount: "/shop",
      deadlineMs: 30_000,
      connectTimeoutMs: 5_000,
      maxResponseBytes: 1_048_576,
      maxConnections: 64,
      networks: undefined,
    });
  });

  it("takes what the author says instead", () => {
    const options = {
      mount: "/",
      deadlineMs: 1,
      connectTimeoutMs: 2,
      maxResponseBytes: 3,
      maxConnections: 4,
      networks: ["10.0.0.0/8"],
    };
    const shop = defineRestBackend({
      name: "shop",
      document: new URL("file:///shop.yaml"),
      url: "http://127.0.0.1:1",
      ...options,
    });
    expect(shop.declaration).toMatchObject({ ...options, document: "file:///shop.yaml", url: "http://127.0.0.1:1" });
  });

  it("chooses operations with the method and the path as written", () => {
    const shop = defineRestBackend({ name: "shop", document: "shop.yaml", url: env("SHOP_URL") });
    for (const method of ["get", "put", "post", "delete", "options", "head", "patch"] as const) {
      const operation = shop[method]("/a/{b}");
      expect(operation).toEqual({ kind: "rest", backend: shop.declaration, method, path: "/a/{b}" });
      expect(operation.backend).toBe(shop.declaration);
    }
  });

  it("knows its own backends from look-alikes", () => {
    const shop = defineRestBackend({ name: "shop", document: "shop.yaml", url: env("SHOP_URL") });
    expect(isRestBackend(shop)).toBe(true);
    for (const other of [{ ...shop }, shop.declaration, Object.create(shop), undefined, null, "shop"]) {
      expect(isRestBackend(other)).toBe(false);
    }
  });
});

describe("credentials", () => {
  it("hold names of values, never values", () => {
    expect(basic("user", secret("P"))).toEqual({
      kind: "basic",
      user: "user",
      password: { kind: "secret", name: "P" },
    });
    expect(header("x-key", secret("K"))).toEqual({
      kind: "header",
      name: "x-key",
      value: { kind: "secret", name: "K" },
    });
  });
});

describe("defineContract", () => {
  it("keeps what the author wrote, frozen", () => {
    const input = z.strictObject({ command: z.string() });
    const contract = defineContract({ ...told, operation: local(), input, effect: "destructive" });
    expect(contract).toEqual({ ...told, operation: { kind: "local" }, input, effect: "destructive" });
    expect(contract.input).toBe(input);
    expect(Object.isFrozen(contract)).toBe(true);
  });

  it("is not moved by later changes of the author's object", () => {
    const written = { ...told, operation: local(), input: z.strictObject({}) };
    const contract = defineContract(written);
    written.tool = "other";
    expect(contract.tool).toBe("t");
  });

  it("knows its own contracts from look-alikes", () => {
    const contract = defineContract({ ...told, operation: local(), input: z.strictObject({}) });
    expect(isContractDeclaration(contract)).toBe(true);
    for (const other of [{ ...contract }, Object.create(contract), undefined, null, () => contract]) {
      expect(isContractDeclaration(other)).toBe(false);
    }
  });
});
