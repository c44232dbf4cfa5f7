// A contract's input schema, read by the injector on its own: which schemas stand at a place of a valid call, which members
// an object takes, and whether arguments are valid. The judge is a fresh Ajv with formats of its own; nothing is from src/.
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { Path } from "./edit.ts";
import { isMembers, listOf, membersOf, type Members } from "../../test/support/json.ts";

/** One schema, and where it stands in the contract's. */
export interface Node {
  readonly schema: Members;
  readonly pointer: string;
}

export interface Place {
  readonly path: Path;
  readonly value: unknown;
  /** What judges the value here; of a union, the branches that it fits. */
  readonly meant: readonly Node[];
  /** With all branches of unions, also around it. */
  readonly all: readonly Node[];
  readonly isSecret: boolean;
}

export interface Shape {
  readonly schema: Members;
  isValid(args: unknown): boolean;
  /** Every place of valid arguments that the schema knows, the whole first. */
  placesIn(args: unknown): readonly Place[];
  /** What the member of an object is judged by; empty where none is declared. */
  memberOf(nodes: readonly Node[], name: string): readonly Node[];
}

/** RFC 3339, and no more: the usual package takes `+0530`. */
const DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;
const DATE_TIME = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;
const isDay = (text: string): boolean =>
  DATE.test(text) && new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);

const createJudge = (): Ajv2020 => {
  const ajv = new Ajv2020({ strict: false, unicodeRegExp: true, logger: false, multipleOfPrecision: 9 });
  addFormats.default(ajv);
  ajv.addFormat("date", isDay).addFormat("date-time", DATE_TIME);
  return ajv;
};

export const createShape = (schema: Members): Shape => {
  const ajv = createJudge();
  const { $schema: _dialect, ...own } = schema;
  ajv.addSchema({ ...own, $id: ROOT });
  const judges = new Map<string, ValidateFunction | undefined>();
  const fits = ({ pointer }: Node, value: unknown): boolean => {
    if (!judges.has(pointer)) judges.set(pointer, ajv.getSchema(`${ROOT}#${encodeURI(pointer)}`));
    return judges.get(pointer)?.(value) === true;
  };
  const root: Node = { schema, pointer: "" };
  const reading: Reading = { root, fits };
  return {
    schema,
    isValid: (args) => fits(root, args),
    placesIn: (args) => walk(reading, { path: [], value: args, meant: [root], all: [root], isSecret: false }),
    memberOf: (nodes, name) => spread(reading, membersAt(nodes, name), undefined),
  };
};

const ROOT = "arguments:";

interface Reading {
  readonly root: Node;
  readonly fits: (node: Node, value: unknown) => boolean;
}

const step = ({ pointer }: Node, ...names: readonly (string | number)[]): string =>
  pointer + names.map((name) => `/${String(name).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

const nodeAt = (node: Node, schema: unknown, ...names: readonly (string | number)[]): readonly Node[] =>
  isMembers(schema) ? [{ schema, pointer: step(node, ...names) }] : [];

const targetOf = ({ root }: Reading, reference: unknown): readonly Node[] => {
  if (typeof reference !== "string" || !reference.startsWith("#")) return [];
  const pointer = decodeURIComponent(reference.slice(1));
  const steps = pointer.split("/").slice(1);
  const schema = steps.reduce<unknown>(
    (at, name) => membersOf(at)[name.replaceAll("~1", "/").replaceAll("~0", "~")],
    root.schema,
  );
  return isMembers(schema) ? [{ schema, pointer }] : [];
};

/** These schemas and all that judge the same value; with a value, only the branches that it fits. */
const spread = (reading: Reading, nodes: readonly Node[], chosen: { readonly value: unknown } | undefined): Node[] => {
  const found = new Map<string, Node>();
  const visit = (node: Node): void => {
    if (found.has(node.pointer)) return;
    found.set(node.pointer, node);
    for (const target of targetOf(reading, node.schema["$ref"])) visit(target);
    for (const [index, part] of listOf(node.schema["allOf"]).entries())
      for (const inner of nodeAt(node, part, "allOf", index)) visit(inner);
    for (const keyword of ["anyOf", "oneOf"])
      for (const [index, part] of listOf(node.schema[keyword]).entries())
        for (const inner of nodeAt(node, part, keyword, index))
          if (chosen === undefined || reading.fits(inner, chosen.value)) visit(inner);
  };
  for (const node of nodes) visit(node);
  return [...found.values()];
};

const membersAt = (nodes: readonly Node[], name: string): readonly Node[] =>
  nodes.flatMap((node) => {
    const properties = membersOf(node.schema["properties"]);
    return Object.hasOwn(properties, name) ? nodeAt(node, properties[name], "properties", name) : [];
  });

const itemsAt = (nodes: readonly Node[], index: number): readonly Node[] =>
  nodes.flatMap((node) => {
    const prefix = listOf(node.schema["prefixItems"]);
    if (index < prefix.length) return nodeAt(node, prefix[index], "prefixItems", index);
    return nodeAt(node, node.schema["items"], "items");
  });

const walk = (reading: Reading, at: Place): readonly Place[] => {
  const meant = spread(reading, at.meant, at);
  const all = spread(reading, at.all, undefined);
  const isSecret = at.isSecret || meant.some(({ schema }) => schema["x-secret"] === true);
  const place: Place = { ...at, meant, all, isSecret };
  const inner = (name: string | number, value: unknown, take: (nodes: readonly Node[]) => readonly Node[]) => {
    const own = take(meant);
    if (own.length === 0) return []; // under no name of the schema's: anything goes there
    return walk(reading, { path: [...at.path, name], value, meant: own, all: take(all), isSecret });
  };
  if (Array.isArray(at.value))
    return [place, ...at.value.flatMap((item, index) => inner(index, item, (nodes) => itemsAt(nodes, index)))];
  const members = Object.entries(membersOf(at.value));
  return [place, ...members.flatMap(([name, item]) => inner(name, item, (nodes) => membersAt(nodes, name)))];
};

/** Names that an object of these schemas takes. */
export const namesOf = (nodes: readonly Node[]): readonly string[] => [
  ...new Set(nodes.flatMap(({ schema }) => Object.keys(membersOf(schema["properties"])))),
];

export const requiredOf = (nodes: readonly Node[]): readonly string[] => [
  ...new Set(nodes.flatMap(({ schema }) => listOf(schema["required"]).map(String))),
];

/** Undefined: anything, as far as these keywords say. */
export const valuesOf = (nodes: readonly Node[]): readonly unknown[] | undefined => {
  const lists = nodes.flatMap(({ schema }) => {
    if (Object.hasOwn(schema, "const")) return [[schema["const"]]];
    return Array.isArray(schema["enum"]) ? [listOf(schema["enum"])] : [];
  });
  return lists.length === 0 ? undefined : [...new Set(lists.flat())];
};

/** The keyword's value in the first schema that has it. */
export const keywordOf = (nodes: readonly Node[], keyword: string): unknown =>
  nodes.find(({ schema }) => Object.hasOwn(schema, keyword))?.schema[keyword];
