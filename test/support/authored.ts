// An authored contract's arguments at their places in the backend's request. The binding (which argument goes where) is
// the loaded contract's; how places are written and read is the document's (rest-form.ts, openapi-request.ts).
import type { Contract, ValueSource } from "../../src/contract/contract.ts";
import type { Placed } from "./rest-form.ts";

const valueOf = (source: ValueSource, given: Readonly<Record<string, unknown>>): unknown =>
  "pinned" in source ? source.pinned : given[source.argument];

/** With `pins`, as the backend sees it; without, as an agent writes it. Contracts whose body is open are not for this. */
export const placeAuthored = (
  { operation }: Contract,
  given: Readonly<Record<string, unknown>>,
  pins: boolean,
): Placed => {
  if (operation.kind !== "rest") return new Map();
  const isTaken = (source: ValueSource): boolean =>
    (pins || !("pinned" in source)) && valueOf(source, given) !== undefined;
  const placed = new Map<string, unknown>();
  for (const { in: place, name, source } of operation.parameters) {
    if (isTaken(source))
      placed.set(`${place} ${place === "header" ? name.toLowerCase() : name}`, valueOf(source, given));
  }
  const { body } = operation;
  if (body?.shape.kind === "whole" && isTaken(body.shape.source)) placed.set("body", valueOf(body.shape.source, given));
  if (body?.shape.kind !== "members") return placed;
  const members = body.shape.members
    .filter(({ source }) => isTaken(source))
    .map(({ name, source }) => [name, valueOf(source, given)] as const);
  if (members.length > 0 || body.required) placed.set("body", Object.fromEntries(members));
  return placed;
};
