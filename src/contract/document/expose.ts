// An operation exposed as it is: its flat view becomes the one closed object that agents are shown and that is enforced.
import { isJsonObject } from "../../call.ts";
import { inspectSchema } from "../../schema/inspect.ts";
import type { JsonSchema, SchemaObject, SchemaProblem } from "../../schema/schema.ts";
import type { BodyPlan, Parameter } from "../contract.ts";
import { planRequest } from "./bind.ts";
import { type FlatMember, type FlatView, annotationsOf, flatMembers } from "./flat.ts";
import type { DocumentOperation } from "./operation.ts";
import { entriesOf } from "./reference.ts";
import type { Bundle } from "./schemas.ts";

interface ExposedOperation {
  readonly inputSchema: SchemaObject;
  readonly parameters: readonly Parameter[];
  readonly body: BodyPlan | undefined;
  /** What is open, renamed or left out. */
  readonly notices: readonly string[];
  readonly problems: readonly SchemaProblem[];
}

/** Problems of the operation itself are among the problems: with any, the rest is not to be used. */
export const exposeOperation = (operation: DocumentOperation): ExposedOperation => {
  const view = flatMembers(operation, { exact: true });
  const bundle = operation.document.schemas.createBundle("input");
  const inputSchema = bundle.finish(flatSchema(operation, view, bundle));
  const sources = new Map(view.members.map((member) => [member, { source: { argument: member.argument } }]));
  const clashes = view.clashes.map((name) => ({
    pointer: operation.pointer,
    message: `two members of the operation would be the argument '${name}'`,
    mend: "write a contract with input and map",
  }));
  return {
    // A bundle gives back the object that it was given, with or without `$defs`.
    inputSchema: isJsonObject(inputSchema) ? inputSchema : {},
    ...planRequest(operation, view, sources, "open"),
    notices: [...operation.notices, ...view.notices, ...openNotices(operation, view), ...bundle.notices()],
    problems: [...operation.problems, ...clashes, ...bundle.problems(), ...enforcementProblems(operation, inputSchema)],
  };
};

/** What the validator cannot enforce as it is written: a pattern that takes more than linear time, for example. */
const enforcementProblems = ({ pointer }: DocumentOperation, schema: JsonSchema): readonly SchemaProblem[] =>
  inspectSchema(schema, { formats: "annotate" }).map((problem) => ({
    pointer,
    mend: problem.mend,
    message: `${problem.message} (at ${problem.pointer} of the arguments)`,
  }));

const openNotices = (operation: DocumentOperation, view: FlatView): readonly string[] => {
  const { additional } = view.object ?? {};
  if (additional === undefined) return [];
  return [`${operation.pointer} takes arguments that the document does not name: they go into the body`];
};

const flatSchema = (operation: DocumentOperation, view: FlatView, bundle: Bundle): SchemaObject => {
  const { members, object } = view;
  const bodyIsRequired = operation.body?.required === true;
  const required = members
    .filter((member) => member.required && (member.place !== "body" || bodyIsRequired))
    .map(({ argument }) => argument);
  const properties = members.map((member) => [member.argument, describedSchema(member, bundle)]);
  const dependent = bodyIsRequired ? {} : dependentRequired(members);
  return Object.freeze({
    type: "object",
    properties: Object.fromEntries(properties),
    ...(required.length > 0 ? { required } : {}),
    ...(Object.keys(dependent).length > 0 ? { dependentRequired: dependent } : {}),
    ...choices(view),
    additionalProperties:
      object?.additional === undefined ? false : bundle.convert(object.additional.schema, object.additional.pointer),
  });
};

/** A parameter's own description counts more than that of its schema, which others may share. */
const describedSchema = (member: FlatMember, bundle: Bundle): JsonSchema => {
  const schema = bundle.convert(member.schema, member.pointer);
  const annotations = annotationsOf(member);
  if (Object.keys(annotations).length === 0) return schema;
  return { ...(schema === true ? {} : schema === false ? { not: {} } : schema), ...annotations };
};

/** An optional body is sent with the first of its members, and then its required ones have to be there. */
const dependentRequired = (members: readonly FlatMember[]): Readonly<Record<string, readonly string[]>> => {
  const ofBody = members.filter(({ place, whole }) => place === "body" && !whole);
  const required = ofBody.filter((member) => member.required);
  const entries = ofBody.map(
    (member) =>
      [member.argument, required.filter((other) => other !== member).map(({ argument }) => argument)] as const,
  );
  return Object.fromEntries(entries.filter(([, names]) => names.length > 0));
};

/** The body's choices between sets of members, under the arguments' names. */
const choices = ({ object, members }: FlatView): SchemaObject => {
  const names = new Map(members.filter(({ place }) => place === "body").map(({ name, argument }) => [name, argument]));
  const written = (object?.choices ?? []).map(({ keyword, sets }) => ({
    [keyword]: sets.map((set) => ({ required: set.map((name) => names.get(name) ?? name) })),
  }));
  return written.length < 2 ? Object.fromEntries(written.flatMap(entriesOf)) : { allOf: written };
};
