// A member under a wrong name or on a wrong level: where it can only have been meant to stand. Its value is moved as it is.
import { isJsonObject } from "../../call.ts";
import type { PatchOperation } from "../../refusal.ts";
import { below, nameOf, parentOf, valueAt } from "../../json/pointer.ts";
import { LEAST_IF_MISSING, onlyNear } from "../../slip.ts";
import type { Evaluator } from "../evaluator.ts";
import { memberNames, schemasAt } from "../location.ts";
import type { SchemaObject } from "../schema.ts";

type Patch = readonly PatchOperation[];

/** The member that is not accepted, the object it stands in, and the schema that judges that object. */
interface Stray {
  readonly evaluator: Evaluator;
  readonly root: unknown;
  readonly path: string;
  readonly name: string;
  readonly object: Readonly<Record<string, unknown>>;
  readonly schema: SchemaObject;
  /** The members that it names. */
  readonly known: readonly string[];
}

/** `schema` refuses the member at `path`. Undefined when nothing, or more than one thing, can have been meant. */
export const proposeMove = (
  evaluator: Evaluator,
  schema: SchemaObject,
  { path, root }: { readonly path: string; readonly root: unknown },
): Patch | undefined => {
  const parent = parentOf(path);
  const object = valueAt(root, parent);
  if (!isJsonObject(object)) return undefined;
  const known = evaluator.names(schema);
  const stray: Stray = { evaluator, root, path: parent, name: nameOf(path), object, schema, known };
  const ways = [rename(stray), ...intoMember(stray), outward(stray), unwrap(stray)].filter((way) => way !== undefined);
  return ways.length === 1 ? ways[0] : undefined;
};

/** Where the only near name is one that has to be there and is not, a short name may be misspelt, too. */
const rename = ({ evaluator, object, schema, known, path, name }: Stray): Patch | undefined => {
  const near = onlyNear(name, known) ?? onlyNear(name, missingIn(object, evaluator.spread(schema)), LEAST_IF_MISSING);
  return near === undefined || has(object, near) ? undefined : [move(below(path, name), below(path, near))];
};

const missingIn = (object: object, schemas: readonly SchemaObject[]): readonly string[] =>
  schemas
    .flatMap(({ required }) => (Array.isArray(required) ? required.map(String) : []))
    .filter((name) => !has(object, name));

const has = (object: object, name: string): boolean => Object.hasOwn(object, name);
const move = (from: string, path: string): PatchOperation => ({ op: "move", from, path });

/**
 * One level too shallow: it is a member of one of the object's own members, which is there, or has to be. An object that may
 * be left out is not made for it: that would ask for something new.
 */
const intoMember = ({ evaluator, object, schema, path, name }: Stray): readonly Patch[] =>
  evaluator.inner(schema).flatMap(({ member, names }) => {
    if (!names.has(name)) return [];
    const there = object[member];
    const step = move(below(path, name), below(below(path, member), name));
    if (has(object, member)) return isJsonObject(there) && !has(there, name) ? [[step]] : [];
    const isWanted = missingIn(object, evaluator.spread(schema)).includes(member);
    return isWanted ? [[{ op: "add", path: below(path, member), value: {} }, step]] : [];
  });

/** One level too deep: it is a member of the object around this one. */
const outward = ({ evaluator, root, path, name }: Stray): Patch | undefined => {
  if (path === "") return undefined;
  const around = valueAt(root, parentOf(path));
  if (!isJsonObject(around) || has(around, name)) return undefined;
  const names = memberNames(schemasAt(evaluator.root, parentOf(path), evaluator.target));
  return names.includes(name) ? [move(below(path, name), below(parentOf(path), name))] : undefined;
};

/** One object too many: what stands in it are members of this object. */
const unwrap = ({ object, known, path, name }: Stray): Patch | undefined => {
  const inner = object[name];
  if (!isJsonObject(inner)) return undefined;
  const names = Object.keys(inner);
  if (names.length > known.length) return undefined; // each of them has to be one of these
  const isMeant = (one: string): boolean => known.includes(one) || onlyNear(one, known) !== undefined;
  if (!names.some(isMeant) || names.some((one) => has(object, one))) return undefined;
  const from = below(path, name);
  const steps = names.map((one) => move(below(from, one), below(path, one)));
  return [...steps, { op: "remove", path: from }];
};
