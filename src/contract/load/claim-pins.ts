// Pins whose values are claims of the caller: known with each call alone, so that each call asks whether the value fits.
import { createSchemaCheck } from "../../schema/compile.ts";
import { lazyRedaction } from "../../schema/redact.ts";
import type { JsonSchema } from "../../schema/schema.ts";
import type { BodyPlan, ClaimPin, Parameter, ValueSource } from "../contract.ts";
import type { DocumentParameter } from "../document/parameter.ts";
import type { Problem } from "./arguments.ts";

export type ClaimPins = Readonly<Record<string, ClaimPin>>;

/** What the operation says of the place of a pin. */
export interface ClaimPlace {
  readonly takes: (value: unknown) => boolean;
  readonly isSecret: boolean;
}

export const readClaimPins = (
  claims: ReadonlyMap<string, string>,
  placeOf: (name: string) => ClaimPlace,
  problems: Problem[],
): ClaimPins =>
  Object.fromEntries(
    [...claims].map(([name, claim]) => {
      if (typeof claim !== "string" || claim === "")
        problems.push({ place: `pin.${name}`, message: "the claim has no name", mend: 'write claim("tenant")' });
      const { takes, isSecret } = placeOf(name);
      const isValid = (value: unknown): boolean => value !== undefined && takes(value);
      return [name, Object.freeze({ claim, isValid, ...(isSecret ? { isSecret } : {}) })];
    }),
  );

interface Place {
  readonly source: ValueSource;
  readonly schema: JsonSchema;
}

interface Places {
  readonly parameters: readonly Parameter[];
  readonly body: BodyPlan | undefined;
}

/** By the operation's own schema at the place of an argument; one without a place is a problem of its own. */
export const placeIn =
  ({ parameters, body }: Places, declared: readonly DocumentParameter[]) =>
  (name: string): ClaimPlace => {
    const schema = ownSchema(parameters, body, name);
    // The mark may stand beside the schema.
    const isMarked = parameters.filter(isNamed(name)).some((own) => declared.some((one) => isSecretHere(one, own)));
    return {
      takes: createSchemaCheck(schema, { formats: "annotate" }).isValid,
      isSecret: isMarked || lazyRedaction(() => schema).hasSecrets(),
    };
  };

const isSecretHere = (declared: DocumentParameter, own: Parameter): boolean =>
  declared.secret && declared.in === own.in && declared.wireName === own.name;

const isNamed =
  (name: string) =>
  ({ source }: Pick<Place, "source">): boolean =>
    "argument" in source && source.argument === name;

/** The operation's own schema at the place of an argument. */
export const ownSchema = (parameters: readonly Parameter[], body: BodyPlan | undefined, name: string): JsonSchema => {
  const inBody: readonly Place[] =
    body === undefined ? [] : "members" in body.shape ? body.shape.members : [body.shape];
  return [...parameters, ...inBody].find(isNamed(name))?.schema ?? true;
};
