// The closed list of zod's kinds: how each is read, or why it is refused and what to write instead.
import { readArray, readLazy, readNullable, readTuple, readUnion, readWrapper } from "./compose.ts";
import { readNumber } from "./number.ts";
import { readIntersection, readObject } from "./object.ts";
import { readRecord } from "./record.ts";
import { readAny, readBoolean, readCustom, readEnum, readLiteral, readNever, readNull } from "./scalar.ts";
import { readString, readTemplate } from "./string.ts";
import { isZodSchema } from "./walk.ts";
import type { ReadKind } from "./walk.ts";

const refusedKind =
  (message: string, mend: string): ReadKind =>
  ({ place, walk }) =>
    walk.refuse(place, message, mend);

const noJson = (name: string, mend: string): ReadKind => refusedKind(`${name} is not a JSON type`, mend);
/** Refused, but looked into: all problems are reported at once. */
const changes =
  (name: string, mend: string): ReadKind =>
  ({ schema, place, walk }) => {
    const { def } = schema._zod;
    const inner = "innerType" in def ? def.innerType : "in" in def ? def.in : undefined;
    if (isZodSchema(inner) && inner._zod.def.type !== "transform") walk.read(inner, place);
    return walk.refuse(place, `${name} changes the value: a contract checks, it does not change`, mend);
  };

const kinds: ReadonlyMap<string, ReadKind> = new Map<string, ReadKind>([
  ["string", readString],
  ["number", readNumber],
  ["boolean", readBoolean],
  ["null", readNull],
  ["any", readAny],
  ["unknown", readAny],
  ["never", readNever],
  ["literal", readLiteral],
  ["enum", readEnum],
  ["template_literal", readTemplate],
  ["custom", readCustom],
  ["object", readObject],
  ["record", readRecord],
  ["intersection", readIntersection],
  ["array", readArray],
  ["tuple", readTuple],
  ["union", readUnion],
  ["optional", readWrapper],
  ["nonoptional", readWrapper],
  ["readonly", readWrapper],
  ["nullable", readNullable],
  ["lazy", readLazy],
  ["bigint", noJson("z.bigint()", "use z.int(), or z.string() with a pattern")],
  ["date", noJson("z.date()", "use z.iso.datetime() or z.iso.date()")],
  ["map", noJson("z.map()", "use z.record()")],
  ["set", noJson("z.set()", "use z.array()")],
  ["symbol", noJson("z.symbol()", "use z.string()")],
  ["function", noJson("z.function()", "leave it out")],
  ["promise", noJson("z.promise()", "use the schema inside it")],
  ["file", noJson("z.file()", "use z.base64()")],
  ["undefined", noJson("z.undefined()", "use .optional()")],
  ["void", noJson("z.void()", "leave the member out")],
  ["nan", noJson("z.nan()", "use z.null()")],
  ["default", changes(".default()", "use .optional()")],
  ["prefault", changes(".prefault()", "use .optional()")],
  ["catch", changes(".catch()", "leave .catch() out")],
  ["transform", changes(".transform()", "use the schema before the transform")],
  ["pipe", changes("a pipe (transform, preprocess, codec, stringbool)", "use the schema that the agent's value has")],
  ["success", changes("z.success()", "use z.boolean()")],
]);

export const readKind: ReadKind = (subject) => {
  const { def } = subject.schema._zod;
  // Only strings, numbers and their like are coerced; the flag stands in their definitions.
  if ("coerce" in def && def.coerce === true) {
    const name = `z.coerce.${def.type}()`;
    return subject.walk.refuse(
      subject.place,
      `${name} changes the value: a contract checks, it does not change`,
      `use z.${def.type}()`,
    );
  }
  const read = kinds.get(def.type);
  if (read !== undefined) return read(subject);
  return subject.walk.refuse(subject.place, `the kind '${def.type}' is not known here`, "use another kind of schema");
};
