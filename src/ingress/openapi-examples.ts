// Examples of a tool's arguments where OpenAPI has a place for them: at each parameter and at the body, under one name for all
// parts of one call. OpenAPI 3.1, Example Object.
import { type JsonObject, type JsonValue, memberOf } from "../call.ts";

interface Examples {
  readonly examples?: Readonly<Record<string, { readonly value: JsonValue }>>;
}

export const parameterExamples = (calls: readonly JsonObject[], argument: string): Examples =>
  named(calls.map((call) => memberOf(call, argument)));

interface BodyMember {
  readonly name: string;
  readonly argument: string;
}

/** Of a body that is put together from arguments. */
export const bodyExamples = (calls: readonly JsonObject[], members: readonly BodyMember[]): Examples =>
  named(
    calls.map((call) => {
      const given = members.flatMap(({ name, argument }) => {
        const value = memberOf(call, argument);
        return value === undefined ? [] : [[name, value] as const];
      });
      return given.length === 0 ? undefined : Object.fromEntries(given);
    }),
  );

const named = (values: readonly (JsonValue | undefined)[]): Examples => {
  const entries = values.flatMap((value, index) =>
    value === undefined ? [] : [[`example${index + 1}`, { value }] as const],
  );
  return entries.length === 0 ? {} : { examples: Object.fromEntries(entries) };
};
