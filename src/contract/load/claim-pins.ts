// Pins whose values are claims of the caller: known with each call alone, so that each call asks whether the value fits.
import { createSchemaCheck } from "../../schema/compile.ts";
import type { JsonSchema } from "../../schema/schema.ts";
import type { BodyPlan, ClaimPin, Parameter, ValueSource } from "../contract.ts";
import type { Problem } from "./arguments.ts";

export type ClaimPins = Readonly<Record<string, ClaimPin>>;

/** `takes`: whether the operation takes a value at the pin of this name. */
export const readClaimPins = (
  claims: ReadonlyMap<string, string>,
  takes: (name: string) => (value: unknown) => boolean,
  problems: Problem[],
): ClaimPins =>
  Object.fromEntries(
    [...claims].map(([name, claim]) => {
      if (typeof claim !== "string" || claim === "")
        problems.push({ place: `pin.${name}`, message: "the claim has no name", mend: 'write claim("tenant")' });
      const isTaken = takes(name);
      return [name, Object.freeze({ claim, isValid: (value: unknown) => value !== undefined && isTaken(value) })];
    }),
  );

interface Place {
  readonly source: ValueSource;
  readonly schema: JsonSchema;
}

/** By the operation's own schema at the place of an argument; one without a place is a problem of its own. */
export const takesAt =
  (parameters: readonly Parameter[], body: BodyPlan | undefined) =>
  (name: string): ((value: unknown) => boolean) => {
    return createSchemaCheck(ownSchema(parameters, body, name), { formats: "annotate" }).isValid;
  };

/** The operation's own schema at the place of an argument. */
export const ownSchema = (parameters: readonly Parameter[], body: BodyPlan | undefined, name: string): JsonSchema => {
  const inBody: readonly Place[] =
    body === undefined ? [] : "members" in body.shape ? body.shape.members : [body.shape];
  const isNamed = ({ source }: Place): boolean => "argument" in source && source.argument === name;
  return [...parameters, ...inBody].find(isNamed)?.schema ?? true;
};
