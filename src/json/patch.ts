// JSON Patch (RFC 6902), as far as fixes use it, applied to a copy: the value that was given stays as it is.
import type { PatchOperation } from "../refusal.ts";
import { unescapePointer } from "./pointer.ts";

/** Undefined where an operation finds no place: a patch is applied whole or not at all. */
export const applyPatch = (
  root: unknown,
  patch: readonly PatchOperation[],
): { readonly value: unknown } | undefined => {
  let value = root;
  for (const operation of patch) {
    const next = applyOperation(value, operation);
    if (next === undefined) return undefined;
    ({ value } = next);
  }
  return { value };
};

const tokensOf = (pointer: string): readonly string[] => pointer.split("/").slice(1).map(unescapePointer);

const applyOperation = (root: unknown, operation: PatchOperation): { readonly value: unknown } | undefined => {
  const tokens = tokensOf(operation.path);
  if (operation.op === "remove") return edit(root, tokens, () => GONE, true);
  if (operation.op !== "move") return edit(root, tokens, () => operation.value, operation.op === "replace");
  const from = tokensOf(operation.from);
  let moved: unknown;
  const taken = edit(
    root,
    from,
    (before) => {
      moved = before;
      return GONE;
    },
    true,
  );
  return taken && edit(taken.value, tokens, () => moved, false);
};

const GONE = Symbol("gone");

/** What stands at the place becomes what `change` makes of it; `mustBe`: only where something stands. */
const edit = (
  at: unknown,
  [name, ...rest]: readonly string[],
  change: (before: unknown) => unknown,
  mustBe: boolean,
): { readonly value: unknown } | undefined => {
  if (name === undefined) return { value: change(at) };
  if (typeof at !== "object" || at === null) return undefined;
  const isThere = Object.hasOwn(at, name) && !(Array.isArray(at) && name === "length");
  if (!isThere && (mustBe || rest.length > 0)) return undefined;
  const inner = edit(isThere ? Reflect.get(at, name) : undefined, rest, change, mustBe);
  if (inner === undefined) return undefined;
  if (Array.isArray(at)) return editItem(at, name, inner.value, !isThere || (rest.length === 0 && !mustBe));
  const members = new Map(Object.entries(at));
  if (inner.value === GONE) members.delete(name);
  else members.set(name, inner.value);
  return { value: Object.fromEntries(members) };
};

/** RFC 6902 4.1: in an array, `add` puts in between, and `-` stands for the end. */
const editItem = (
  items: readonly unknown[],
  name: string,
  value: unknown,
  isInsert: boolean,
): { readonly value: unknown } | undefined => {
  const index = name === "-" ? items.length : Number(name);
  if (name !== "-" && name !== String(index)) return undefined;
  if (index > items.length) return undefined;
  const put = value === GONE ? [] : [value];
  return { value: items.toSpliced(index, isInsert ? 0 : 1, ...put) };
};

/** Every place that a patch writes, moves from or clears. */
export const placesOf = (patch: readonly PatchOperation[]): readonly string[] =>
  patch.flatMap((operation) => (operation.op === "move" ? [operation.from, operation.path] : [operation.path]));

/** Whether a JSON Pointer names one of these places or something inside of one. */
export const isWithin = (places: readonly string[], path: string): boolean =>
  places.some((place) => path === place || path.startsWith(`${place}/`));
