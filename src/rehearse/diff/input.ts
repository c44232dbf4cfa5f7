// The arguments of a tool. Where both inputs are plain closed objects, argument by argument; else as wholes.
import type { Contract } from "../../contract/contract.ts";
import { isEmpty } from "../../schema/contain/apart.ts";
import { readDocument } from "../../schema/contain/forms.ts";
import { type Node, nodeOf } from "../../schema/contain/node.ts";
import { isSchema, isSchemaObject } from "../../schema/keywords.ts";
import { createResolver } from "../../schema/resolve.ts";
import type { SchemaObject } from "../../schema/schema.ts";
import { type Pair, type ToolFinding, found, mapPair } from "./finding.ts";
import { ARGUMENTS, compareSchemas } from "./schemas.ts";

interface Input {
  readonly whole: Node;
  /** Undefined: what is said of one argument says not all of it. */
  readonly members: ReadonlyMap<string, Node> | undefined;
  readonly required: ReadonlySet<string>;
}

export const compareInputs = (pair: Pair<Contract>): readonly ToolFinding[] => [
  ...compareTaken(pair),
  ...compareSecrets(mapPair(pair, ({ inputSchema }) => secretsIn(inputSchema))),
];

const compareTaken = (pair: Pair<Contract>): readonly ToolFinding[] => {
  const { old, now } = mapPair(pair, readInput);
  if (old.members === undefined || now.members === undefined)
    return [
      ...requiredFindings({ old, now }),
      ...compareSchemas("input", { old: old.whole, now: now.whole }, ARGUMENTS),
    ];
  const names = new Set([...old.members.keys(), ...now.members.keys()]);
  return [...names].flatMap((name) => compareArgument(name, { old, now }));
};

const PLAIN: ReadonlySet<string> = new Set(
  "type properties required additionalProperties $defs definitions $schema $id $comment title description examples default".split(
    " ",
  ),
);

const readInput = ({ inputSchema, formats }: Contract): Input => {
  const document = readDocument(inputSchema, formats);
  const { type, properties, required, additionalProperties } = inputSchema;
  const isPlain =
    type === "object" &&
    additionalProperties === false &&
    Object.keys(inputSchema).every((keyword) => PLAIN.has(keyword));
  return {
    whole: nodeOf(document, inputSchema),
    members: isPlain ? membersOf(nodeOf(document, inputSchema), properties) : undefined,
    required: new Set(Array.isArray(required) ? required.map(String) : []),
  };
};

/** A member that nothing matches is none. */
const membersOf = ({ document }: Node, properties: unknown): ReadonlyMap<string, Node> =>
  new Map(
    // Of an inspected schema: a map of schemas.
    Object.entries(Object(properties) as SchemaObject)
      .flatMap(([name, member]) => (isSchema(member) ? [[name, nodeOf(document, member)] as const] : []))
      .filter(([, node]) => !isEmpty(node)),
  );

const compareArgument = (name: string, { old, now }: Pair<Input>): readonly ToolFinding[] => {
  const place = `input.${name}`;
  const [before, after] = [old.members?.get(name), now.members?.get(name)];
  const [wasRequired, isRequired] = [old.required.has(name), now.required.has(name)];
  if (after === undefined)
    return [
      found(
        wasRequired ? "breaks" : "narrows",
        place,
        `${wasRequired ? "a required" : "an optional"} argument is gone`,
      ),
    ];
  if (before === undefined)
    return [
      ...(isRequired ? [found("breaks", place, "a new argument that every call has to have")] : []),
      found("widens", place, `a new ${isRequired ? "" : "optional "}argument`),
    ];
  return [
    ...(isRequired && !wasRequired ? [found("breaks", place, "optional → required")] : []),
    ...(wasRequired && !isRequired ? [found("widens", place, "required → optional")] : []),
    ...compareSchemas(place, { old: before, now: after }, ARGUMENTS),
  ];
};

/** Where secrets stand, which journal and log do not show. */
const secretsIn = (input: SchemaObject): ReadonlySet<string> =>
  new Set(
    createResolver(input).places.flatMap(({ schema, pointer }) =>
      isSchemaObject(schema) && schema["x-secret"] === true ? [pointer] : [],
    ),
  );

const compareSecrets = ({ old, now }: Pair<ReadonlySet<string>>): readonly ToolFinding[] =>
  [...old]
    .filter((pointer) => !now.has(pointer))
    .map((pointer) => found("widens", "input", `${pointer} is no longer secret: the journal shows it, if it is there`));

/** What only the new one requires of every call. */
const requiredFindings = ({ old, now }: Pair<Input>): readonly ToolFinding[] =>
  [...now.required]
    .filter((name) => !old.required.has(name))
    .map((name) => found("breaks", `input.${name}`, "every call has to have it now"));
