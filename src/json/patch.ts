// JSON Patch (RFC 6902), as far as fixes use it, applied to a copy: the value that was given stays as it is.
import type { Issue, PatchOperation } from "../refusal.ts";
import { unescapePointer } from "./pointer.ts";

/** The value under way, and the objects and lists of it that were copied and may be written to. */
interface Editing {
  root: unknown;
  readonly copied: Set<object>;
}

type Container = Record<string, unknown> | unknown[];

/** Undefined where an operation finds no place: a patch is applied whole or not at all. */
export const applyPatch = (
  root: unknown,
  patch: readonly PatchOperation[],
): { readonly value: unknown } | undefined => {
  const editing: Editing = { root, copied: new Set() };
  return patch.every((operation) => applyOperation(editing, operation)) ? { value: editing.root } : undefined;
};

/** With every fix that is offered; undefined without one. */
export const applyFixes = (root: unknown, issues: readonly Issue[]): ReturnType<typeof applyPatch> => {
  const patch = issues.flatMap(({ fix = [] }) => fix);
  return patch.length === 0 ? undefined : applyPatch(root, patch);
};

const applyOperation = (editing: Editing, operation: PatchOperation): boolean => {
  const { op, path } = operation;
  if (op === "remove") return take(editing, path) !== undefined;
  if (op === "move") {
    const taken = take(editing, operation.from);
    return taken !== undefined && put(editing, path, taken.value, false);
  }
  return put(editing, path, operation.value, op === "replace");
};

const put = (editing: Editing, path: string, value: unknown, isReplacing: boolean): boolean => {
  if (path === "") {
    editing.root = value;
    return true;
  }
  const place = openPlace(editing, path);
  if (place === undefined || (isReplacing && !holds(place.parent, place.name))) return false;
  const { parent, name } = place;
  if (!Array.isArray(parent)) {
    define(parent, name, value);
    return true;
  }
  // RFC 6902 4.1: in a list, `add` puts in between, and `-` stands for the end.
  const index = name === "-" ? parent.length : Number(name);
  if ((name !== "-" && name !== String(index)) || !(index >= 0 && index <= parent.length)) return false;
  parent.splice(index, isReplacing ? 1 : 0, value);
  return true;
};

const take = (editing: Editing, path: string): { readonly value: unknown } | undefined => {
  const place = path === "" ? undefined : openPlace(editing, path);
  if (place === undefined || !holds(place.parent, place.name)) return undefined;
  const { parent, name } = place;
  const value: unknown = Reflect.get(parent, name);
  if (Array.isArray(parent)) parent.splice(Number(name), 1);
  else delete parent[name];
  return { value };
};

/** The object or list that a pointer leads into, copied to be written to. */
const openPlace = (
  editing: Editing,
  path: string,
): { readonly parent: Container; readonly name: string } | undefined => {
  const tokens = path.split("/");
  let parent = copyOnce(editing, editing.root);
  if (parent === undefined) return undefined;
  editing.root = parent;
  for (const token of tokens.slice(1, -1)) {
    const name = unescapePointer(token);
    const inner: Container | undefined = holds(parent, name) ? copyOnce(editing, Reflect.get(parent, name)) : undefined;
    if (inner === undefined) return undefined;
    if (Array.isArray(parent)) parent[Number(name)] = inner;
    else define(parent, name, inner);
    parent = inner;
  }
  return { parent, name: unescapePointer(tokens.at(-1) ?? "") };
};

const copyOnce = ({ copied }: Editing, value: unknown): Container | undefined => {
  if (typeof value !== "object" || value === null) return undefined;
  // Of JSON: an object that is no list has members by name.
  if (copied.has(value)) return value as Container;
  const copy: Container = Array.isArray(value) ? [...(value as readonly unknown[])] : { ...value };
  copied.add(copy);
  return copy;
};

const itemIndex = /^(?:0|[1-9]\d*)$/;

const holds = (container: Container, name: string): boolean =>
  Object.hasOwn(container, name) && (!Array.isArray(container) || itemIndex.test(name));

/** An assignment to `__proto__` would be none. */
const define = (object: Record<string, unknown>, name: string, value: unknown): void => {
  if (name !== "__proto__") object[name] = value;
  else Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
};

/** Every place that a patch writes, moves from or clears. */
export const placesOf = (patch: readonly PatchOperation[]): readonly string[] =>
  patch.flatMap((operation) => (operation.op === "move" ? [operation.from, operation.path] : [operation.path]));

/** Whether a JSON Pointer names one of these places or something inside of one. */
export const isWithin = (places: readonly string[], path: string): boolean =>
  places.some((place) => path === place || path.startsWith(`${place}/`));
