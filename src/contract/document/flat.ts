// The flat view of an operation: path, query, header, cookie and body members as the members of one object. Names follow
// fixed conventions (DESIGN, section 3): a body member whose name a parameter has becomes `body_<name>`; parameters of two
// places with one name become `<in>_<name>`; a body that is not one plain object is the argument `body`.
import type { JsonObject } from "../../call.ts";
import type { Place } from "../contract.ts";
import { type ObjectBody, readObjectBody } from "./object-body.ts";
import type { DocumentOperation } from "./operation.ts";
import type { DocumentParameter } from "./parameter.ts";
import type { JsonSchema } from "../../schema/schema.ts";

export interface FlatMember {
  /** The name of the argument when the operation is exposed as it is. */
  readonly argument: string;
  readonly place: Place;
  /** The name on the wire; `body` for a whole body. */
  readonly name: string;
  /** Of a body member: required whenever the body is sent. */
  readonly required: boolean;
  /** The argument is the whole body. */
  readonly whole: boolean;
  readonly parameter: DocumentParameter | undefined;
  /** As the document has it, and where; `memberSchema` gives the JSON Schema. */
  readonly schema: unknown;
  readonly pointer: string;
}

export interface FlatView {
  readonly members: readonly FlatMember[];
  /** The body's plain object, when it is one; else the body is a `whole` member, or there is none. */
  readonly object: ObjectBody | undefined;
  readonly notices: readonly string[];
  /** Names that the conventions cannot make different. */
  readonly clashes: readonly string[];
}

type Unnamed = Omit<FlatMember, "argument">;

/** `exact`: flatten the body only where that keeps all that its schema says. */
export const flatMembers = (operation: DocumentOperation, options: { readonly exact: boolean }): FlatView => {
  const found =
    operation.body === undefined
      ? undefined
      : readObjectBody(operation.document, operation.body.schema, operation.body.pointer);
  const object = found !== undefined && (!options.exact || flattensExactly(operation, found)) ? found : undefined;
  const parameters = operation.parameters.map(ofParameter);
  const members = nameArguments([...parameters, ...bodyMembers(operation, object)]);
  const renamed = members.filter(({ argument, name: own, whole }) => argument !== own && !whole);
  const counts = countBy(members.map(({ argument }) => argument));
  return {
    members,
    object,
    notices: renamed.map(
      ({ argument, name: own, place }) =>
        `the ${place} member '${own}' is the argument '${argument}': its name stands in more than one place`,
    ),
    clashes: [...counts].filter(([, count]) => count > 1).map(([argument]) => argument),
  };
};

/** An optional body is sent as soon as one of its members is there; conditions on such a body cannot be said of members. */
const flattensExactly = (operation: DocumentOperation, object: ObjectBody): boolean => {
  if (!object.exact || operation.body?.required === true) return object.exact;
  return (
    object.choices.length === 0 &&
    (object.additional === undefined || object.members.every(({ required }) => !required))
  );
};

const ofParameter = (parameter: DocumentParameter): Unnamed => {
  const { name, required, schema, pointer, in: place } = parameter;
  return { place, name, required, whole: false, parameter, schema, pointer };
};

const bodyMembers = ({ body }: DocumentOperation, object: ObjectBody | undefined): readonly Unnamed[] => {
  if (body === undefined) return [];
  const shared = { place: "body", parameter: undefined } as const;
  if (object !== undefined) return object.members.map((member) => ({ ...shared, ...member, whole: false }));
  return [
    { ...shared, name: "body", required: body.required, whole: true, schema: body.schema, pointer: body.pointer },
  ];
};

const nameArguments = (members: readonly Unnamed[]): readonly FlatMember[] => {
  const ofParameters = countBy(members.flatMap((member) => (member.place === "body" ? [] : [member.name])));
  return members.map((member) => {
    const count = ofParameters.get(member.name) ?? 0;
    const isTaken = member.place === "body" ? count > 0 : count > 1;
    return { argument: isTaken ? `${member.place}_${member.name}` : member.name, ...member };
  });
};

const countBy = (names: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const each of names) counts.set(each, (counts.get(each) ?? 0) + 1);
  return counts;
};

/** A member's schema by itself, self-contained: closed, as inputs are. */
export const memberSchema = (
  operation: DocumentOperation,
  member: { readonly schema: unknown; readonly pointer: string },
): JsonSchema => operation.document.schemas.bundle(member.schema, member.pointer, "input");

/** What a parameter says about itself outside of its schema, for agents to read. */
export const annotationsOf = ({ parameter }: FlatMember): JsonObject => ({
  ...(parameter?.description === undefined ? {} : { description: parameter.description }),
  ...(parameter?.deprecated === true ? { deprecated: true } : {}),
  ...(parameter?.secret === true ? { "x-secret": true } : {}),
});
