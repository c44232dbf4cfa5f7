// What the admin port tells about backends.
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
