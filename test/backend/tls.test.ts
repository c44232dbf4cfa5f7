// SAFETY F13: a backend whose certificate is not good is not talked to: 502, nothing was sent. In processes of their own,
// because the trusted authority is given to Node by NODE_EXTRA_CA_CERTS, and there is no other way to trust one.
import { type TlsOptions, createServer } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAuthority } from "../support/authority.ts";
import { type ChildServer, startChild } from "../support/child-server.ts";
import { probeDocument } from "../support/probe.ts";
import { type SocketBackend, always, startSocketBackend } from "../support/socket-backend.ts";
import { writeToolFolder } from "../support/tool-folder.ts";

const authority = createAuthority();

const serve = (name: string, more: TlsOptions = {}): Promise<SocketBackend> =>
  startSocketBackend(always(200, '{"id":"a"}'), (accept) => {
    const server = createServer({ key: authority.key(name), cert: authority.certificate(name), ...more }, accept);
    return server.on("tlsClientError", () => undefined);
  });

const call = async (backend: SocketBackend, trusted: boolean): Promise<Readonly<Record<string, unknown>>> => {
  const tools = writeToolFolder({ document: probeDocument, tools: { get_item: 'operation: api.get("/items/{id}")' } });
  let child: ChildServer | undefined;
  try {
    child = await startChild({
      arguments: [
        "src/main.ts",
        "serve",
        "--contracts",
        tools.path,
        "--port=0",
        "--admin-port=0",
        "--journal=none",
        "--anonymous=true",
      ],
      environment: {
        API_URL: `https://localhost:${backend.port}`,
        API_TOKEN: "canary-77b1-token-of-the-api",
        ...(trusted ? { NODE_EXTRA_CA_CERTS: authority.file } : {}),
      },
    });
    const body = JSON.stringify({ tool: "get_item", arguments: { id: "a" } });
    const answer = await fetch(`${String(child.ready["data"])}/call`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    return { status: answer.status, ...Object(await answer.json()) };
  } finally {
    await child?.kill();
    tools.remove();
  }
};

const REFUSED = { status: 502, code: "upstream_unavailable", forwarded: "no", class: "not_your_fault" };

describe("F13 a backend over TLS", () => {
  beforeAll(() => {
    authority.issue("good", "localhost", ["-days", "2"]);
    authority.issue("other", "elsewhere.test", ["-days", "2"]);
    authority.issue("expired", "localhost", ["-days", "-1"]);
  });
  afterAll(() => authority.remove());

  it.each([
    {
      what: "is called with a good certificate",
      name: "good",
      trusted: true,
      want: { status: 200, result: { id: "a" } },
    },
    { what: "is refused with an unknown authority", name: "good", trusted: false, want: REFUSED },
    { what: "is refused with another name", name: "other", trusted: true, want: REFUSED },
    { what: "is refused with an expired certificate", name: "expired", trusted: true, want: REFUSED },
    {
      what: "is refused with TLS 1.1",
      name: "good",
      trusted: true,
      more: { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const,
      want: REFUSED,
    },
  ])("$what", async ({ name, trusted, more = {}, want }) => {
    const backend = await serve(name, more);
    expect(await call(backend, trusted)).toMatchObject(want);
    expect(backend.requests()).toHaveLength(want.status === 200 ? 1 : 0);
    await backend.close();
  });
});
