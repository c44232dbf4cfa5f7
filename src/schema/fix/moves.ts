// A member under a wrong name or on a wrong level: where it can only have been meant to stand. Its value is moved as it is.
import type { PatchOperation } from "../../refusal.ts";
import { escapePointer, unescapePointer, valueAt } from "../../json/pointer.ts";
import { onlyNear } from "../../nearest.ts";
import type { Evaluator } from "../evaluator.ts";
import { isSchemaObject } from "../keywords.ts";
import { memberNames, memberSchemas, schemasAt, spread } from "../location.ts";
import type { SchemaObject } from "../schema.ts";

type Patch = readonly PatchOperation[];

/** The member that is not accepted, the object it stands in, and the schemas that judge that object. */
interface Stray {
  readonly evaluator: Evaluator;
  readonly root: unknown;
  readonly path: string;
  readonly name: string;
  readonly object: Readonly<Record<string, unknown>>;
  readonly schemas: readonly SchemaObject[];
}

export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));
export const nameOf = (path: string): string => unescapePointer(path.slice(path.lastIndexOf("/") + 1));
const below = (path: string, name: string): string => `${path}/${escapePointer(name)}`;

/** `schema` refuses the member at `path`. Undefined when nothing, or more than one thing, can have been meant. */
export const proposeMove = (
  evaluator: Evaluator,
  schema: SchemaObject,
  { path, root }: { readonly path: string; readonly root: unknown },
): Patch | undefined => {
  const parent = parentOf(path);
  const object = valueAt(root, parent);
  if (!isSchemaObject(object)) return undefined;
  const schemas = spread([schema], evaluator.target);
  const stray: Stray = { evaluator, root, path: parent, name: nameOf(path), object, schemas };
  const ways = [rename(stray), ...intoSibling(stray), outward(stray), unwrap(stray)].filter((way) => way !== undefined);
  return ways.length === 1 ? ways[0] : undefined;
};

/** Where the only near name is one that has to be there and is not, a short name may be misspelt, too. */
const rename = ({ object, schemas, path, name }: Stray): Patch | undefined => {
  const names = memberNames(schemas);
  const missing = schemas.flatMap(({ required }) => (Array.isArray(required) ? required.map(String) : []));
  const near =
    onlyNear(name, names) ??
    onlyNear(
      name,
      names.filter((one) => missing.includes(one) && !has(object, one)),
      3,
    );
  return near === undefined || has(object, near) ? undefined : [move(below(path, name), below(path, near))];
};

const has = (object: object, name: string): boolean => Object.hasOwn(object, name);
const move = (from: string, path: string): PatchOperation => ({ op: "move", from, path });

/** One level too shallow: it is a member of one of the object's own members. */
const intoSibling = ({ evaluator, object, schemas, path, name }: Stray): readonly Patch[] =>
  memberNames(schemas).flatMap((sibling) => {
    const inner = spread(
      schemas.flatMap((schema) => memberSchemas(schema, sibling)),
      evaluator.target,
    );
    if (!memberNames(inner).includes(name)) return [];
    const there = object[sibling];
    const step = move(below(path, name), below(below(path, sibling), name));
    if (!has(object, sibling)) return [[{ op: "add", path: below(path, sibling), value: {} }, step]];
    return isSchemaObject(there) && !has(there, name) ? [[step]] : [];
  });

/** One level too deep: it is a member of the object around this one. */
const outward = ({ evaluator, root, path, name }: Stray): Patch | undefined => {
  if (path === "") return undefined;
  const around = valueAt(root, parentOf(path));
  if (!isSchemaObject(around) || has(around, name)) return undefined;
  const names = memberNames(schemasAt(evaluator.root, parentOf(path), evaluator.target));
  return names.includes(name) ? [move(below(path, name), below(parentOf(path), name))] : undefined;
};

/** One object too many: what stands in it are members of this object. */
const unwrap = ({ object, schemas, path, name }: Stray): Patch | undefined => {
  const inner = object[name];
  if (!isSchemaObject(inner)) return undefined;
  const known = memberNames(schemas);
  const names = Object.keys(inner);
  if (!names.some((one) => known.includes(one)) || names.some((one) => has(object, one))) return undefined;
  const from = below(path, name);
  const steps = names.map((one) => move(below(from, one), below(path, one)));
  return [...steps, { op: "remove", path: from }];
};
