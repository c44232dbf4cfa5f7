// JSON Patch (RFC 6902), the operations that fixes use: all that an agent needs to take a fix.
import type { Json } from "./json.ts";

export interface Operation {
  readonly op: "add" | "replace" | "remove" | "move";
  readonly path: string;
  readonly from?: string;
  readonly value?: Json;
}

type Members = Record<string, Json>;

/** A patched copy, or undefined where an operation finds no place. */
export const applyPatch = (document: Json, patch: readonly Operation[]): Json | undefined => {
  const root: Members = { document: structuredClone(document) };
  return patch.every((operation) => applyOne(root, operation)) ? root["document"] : undefined;
};

/** To replace is to remove and to add, and so is to move. */
const applyOne = (root: Members, { op, path, from = path, value }: Operation): boolean => {
  const taken = op === "add" ? undefined : take(root, from);
  if (op !== "add" && taken === undefined) return false;
  return op === "remove" || put(root, path, op === "move" ? taken : value);
};

const take = (root: Members, pointer: string): Json | undefined => {
  const [parent, name] = find(root, pointer);
  if (parent === undefined || !Object.hasOwn(parent, name)) return undefined;
  const value = parent[name];
  if (Array.isArray(parent)) parent.splice(Number(name), 1);
  else delete parent[name];
  return value;
};

const put = (root: Members, pointer: string, value: Json = null): boolean => {
  const [parent, name] = find(root, pointer);
  if (parent === undefined) return false;
  if (Array.isArray(parent)) parent.splice(name === "-" ? parent.length : Number(name), 0, value);
  else parent[name] = value;
  return true;
};

/** What a pointer's last name is a member of; a list has its items by their index. */
const find = (root: Members, pointer: string): readonly [Members | undefined, string] => {
  const names = `document${pointer}`.split("/").map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
  let parent: Members | undefined = root;
  for (const name of names.slice(0, -1)) {
    const value: Json | undefined = parent !== undefined && Object.hasOwn(parent, name) ? parent[name] : undefined;
    parent = typeof value === "object" && value !== null ? (value as Members) : undefined; // of our own copy
  }
  return [parent, names.at(-1) ?? ""];
};
