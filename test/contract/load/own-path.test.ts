// The paths that the sidecar answers itself are those where load lets no mount and no contract stand.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { isOwnPath } from "../../../src/contract/load/own-path.ts";

const source = readFileSync(new URL("../../../src/ingress/routes.ts", import.meta.url), "utf8");
/** Every path that stands in the file, by its first segment: `"/openapi.json"`. */
const answered = [...source.matchAll(/["'`]\/([^"'`/\s]+)[^"'`\s]*["'`]/g)].map(([, first = ""]) => first);

it("finds the paths that the data port answers", () => {
  expect(answered).toEqual(expect.arrayContaining(["call", "check", "tools", "openapi.json"]));
});

it.each(answered)("keeps mounts and contracts away from /%s", (first) => expect(isOwnPath(first)).toBe(true));

it("leaves other paths to mounts and contracts", () => expect(["orders", "calls", ""].filter(isOwnPath)).toEqual([]));
