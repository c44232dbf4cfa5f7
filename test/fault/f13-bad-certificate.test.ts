// F13: the backend's certificate is not good, or its TLS is too old. One server, whose certificate changes under the sidecar.
import { type SecureContextOptions, type Server, createServer } from "node:tls";
import { afterAll, describe, it } from "vitest";
import { createAuthority } from "../support/authority.ts";
import { startLoggedBackend } from "./arrivals.ts";
import { expectNextCalls, expectThrough } from "./invariants.ts";
import { onStage } from "./on-stage.ts";

const authority = createAuthority();
const stranger = createAuthority();
afterAll(() => {
  authority.remove();
  stranger.remove();
});

const context = (from: typeof authority, name: string, more: SecureContextOptions = {}): SecureContextOptions => ({
  key: from.key(name),
  cert: from.certificate(name),
  ...more,
});

let server: Server | undefined;
const stage = onStage(async () => {
  authority.issue("good", "localhost", ["-days", "2"]);
  authority.issue("other", "elsewhere.test", ["-days", "2"]);
  authority.issue("expired", "localhost", ["-days", "-1"]);
  stranger.issue("good", "localhost", ["-days", "2"]);
  const orders = await startLoggedBackend((accept) => {
    server = createServer(context(authority, "good"), accept).on("tlsClientError", () => undefined);
    return server;
  });
  const environment = { NODE_EXTRA_CA_CERTS: authority.file };
  return { orders, ordersUrl: `https://localhost:${orders.port}`, environment };
});
const show = (wanted: SecureContextOptions): void => {
  server?.setSecureContext(wanted);
  stage().orders.drop();
};

const OLD = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
const outcome = [502, "upstream_unavailable", "no"] as const;

describe("F13 a backend whose TLS is not good", () => {
  it.each([
    ["an expired certificate", () => context(authority, "expired")],
    ["a certificate for another name", () => context(authority, "other")],
    ["an authority that nobody knows", () => context(stranger, "good")],
    ["TLS 1.1", () => context(authority, "good", OLD)],
  ])("%s: nothing is sent, and nothing weaker is tried", async (_what, bad) => {
    await expectNextCalls(stage());
    await expectThrough(stage(), {
      begin: () => show(bad()),
      end: () => show(context(authority, "good")),
      read: outcome,
      write: outcome,
      sent: 0,
    });
  });
});
