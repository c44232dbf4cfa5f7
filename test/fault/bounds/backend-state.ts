// What the admin port tells about backends, and ports that nobody listens at.
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { listOf, membersOf } from "../../support/json.ts";
import type { Sidecar } from "./sidecar.ts";

const stateOf = async (sidecar: Sidecar, backend: string): Promise<Readonly<Record<string, unknown>>> => {
  const { body } = await sidecar.admin("/backends");
  return membersOf(listOf(body["backends"]).find((one) => membersOf(one)["name"] === backend));
};

export const breakerOf = async (sidecar: Sidecar, backend: string): Promise<unknown> =>
  (await stateOf(sidecar, backend))["breaker"];

export const inFlightAt = async (sidecar: Sidecar, backend: string): Promise<number> =>
  Number((await stateOf(sidecar, backend))["inFlight"]);

export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  await new Promise((resolve) => server.close(resolve));
  return port;
};
