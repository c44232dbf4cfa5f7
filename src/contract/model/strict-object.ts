// Objects in strict mode: closed, with all members required. What then says nothing more is left out.
import { below } from "../../json/pointer.ts";
import { isSchemaObject } from "../../schema/keywords.ts";
import type { JsonSchema, SchemaObject } from "../../schema/schema.ts";
import type { Translating } from "./translating.ts";

export const translateObject = (about: Translating, judges: SchemaObject, at: string): SchemaObject => {
  const barred = ["patternProperties", "propertyNames", "dependentSchemas"].find(
    (name) => Object.keys(Object(judges[name])).length > 0,
  );
  if (barred !== undefined) return about.fail(below(at, barred), `strict mode has no ${barred}`);
  if (!isClosed(judges)) return about.fail(at, "the object is open, and strict mode wants every object closed");
  const required: readonly unknown[] = Array.isArray(judges["required"]) ? judges["required"] : [];
  const members = Object.entries(isSchemaObject(judges["properties"]) ? judges["properties"] : {}).filter(
    ([name, schema]) => schema !== false || required.includes(name), // `false`: as in a closed object that does not name it
  );
  const names = members.map(([name]) => name);
  for (const name of names.filter((one) => !required.includes(one)))
    about.fail(below(at, "properties", name), "it may be left out, and strict mode has required members alone");
  for (const name of required.map(String).filter((one) => !names.includes(one)))
    about.fail(below(at, "required"), `${name} is required, and the object does not name it`);
  failCounts(about, judges, names, at);
  const properties = members.map(([name, schema]) => [
    name,
    about.translate(schema as JsonSchema, below(at, "properties", name)), // a schema by the keyword
  ]);
  return { properties: Object.fromEntries(properties), required: names, additionalProperties: false };
};

/** What `additionalProperties` takes is evaluated. */
const isClosed = ({ additionalProperties, unevaluatedProperties }: SchemaObject): boolean =>
  additionalProperties === false || (additionalProperties === undefined && unevaluatedProperties === false);

/** All members are there: their number is known, and what hangs on one is there as well. */
const failCounts = (about: Translating, judges: SchemaObject, names: readonly string[], at: string): void => {
  const { minProperties = 0, maxProperties = Infinity, dependentRequired } = judges;
  if (Number(minProperties) > names.length || Number(maxProperties) < names.length)
    about.fail(at, `the number of members excludes an object with all ${names.length}`);
  const wanted = Object.values(Object(dependentRequired)).flat();
  if (wanted.some((name) => !names.includes(String(name))))
    about.fail(below(at, "dependentRequired"), "it wants a member that the object does not name");
};
