// The walk over a zod tree: one function a kind, against a closed list. What is not on the list is refused by name.
// Here is what all kinds share: recursion ($defs), metadata, the author's refinements, and where problems go.
import type { z } from "zod";
import type { SchemaObject } from "../../schema/schema.ts";
import { readMetadata } from "./metadata.ts";
import type { Part, Plan } from "./plan.ts";
import { createPlan } from "./plan.ts";
import { createRefinement } from "./refinement.ts";

export type ZodSchema = z.core.$ZodType;
export type ZodCheck = z.core.$ZodCheck;

export const isZodSchema = (value: unknown): value is ZodSchema => {
  if (typeof value !== "object" || value === null || !("_zod" in value)) return false;
  const internals = value._zod;
  return typeof internals === "object" && internals !== null && "def" in internals && "traits" in internals;
};

/** A mistake of the author: where, what, and what to write instead. */
export interface InputProblem {
  readonly place: string;
  readonly message: string;
  readonly mend: string;
}

/** What one kind makes of a schema: its keywords, and the parts of the value that have schemas of their own. */
export interface Reading {
  readonly schema: SchemaObject;
  readonly parts?: readonly Part[];
}

export interface Node {
  readonly schema: SchemaObject;
  readonly plan: Plan;
}

/** One schema as its kind sees it. `checks` are zod's own; the author's refinements are already taken out. */
export interface Subject {
  readonly schema: ZodSchema;
  readonly checks: readonly ZodCheck[];
  readonly place: string;
  readonly plan: Plan;
  readonly walk: Walk;
}

interface Walk {
  /** Inputs are closed: an object that would take or drop unknown members is refused. */
  readonly isClosed: boolean;
  readonly refuse: (place: string, message: string, mend: string) => Reading;
  readonly read: (schema: ZodSchema, place: string) => Node;
}

export type ReadKind = (subject: Subject) => Reading;

// Four wrappers for each level of the JSON parser; deeper is a schema that makes new schemas for ever.
const maxDepth = 256;

interface Open {
  readonly plan: Plan;
  name: string | undefined;
}

export interface Walked {
  readonly root: Node;
  readonly definitions: ReadonlyMap<string, SchemaObject>;
  /** The schema of each plan, where secrets are looked for. */
  readonly schemas: ReadonlyMap<Plan, SchemaObject>;
  readonly problems: readonly InputProblem[];
}

const isRefinement = (check: ZodCheck): boolean => check._zod.def.check === "custom";
const isNote = (check: ZodCheck): boolean => ["describe", "meta"].includes(check._zod.def.check);

const nameOf = (schema: ZodSchema, taken: readonly (string | undefined)[]): string => {
  const wanted = readMetadata(schema).id ?? "recursive";
  for (let count = 1; ; count++) {
    const name = count === 1 ? wanted : `${wanted}${count}`;
    if (!taken.includes(name)) return name;
  }
};

type Opened = Omit<Subject, "checks">;

const annotate = ({ schema, place, walk }: Opened): SchemaObject => {
  const { annotations, refused } = readMetadata(schema);
  for (const name of refused)
    walk.refuse(
      place,
      `the metadata '${name}' is not an annotation`,
      "say it with zod's own methods, which are carried out",
    );
  return annotations;
};

const readOpened = (opened: Opened, readKind: ReadKind): SchemaObject => {
  const { schema, place, plan } = opened;
  const checks = (schema._zod.def.checks ?? []).filter((check) => !isNote(check));
  const reading = readKind({ ...opened, checks: checks.filter((check) => !isRefinement(check)) });
  plan.parts = reading.parts ?? [];
  plan.own = [...plan.own, ...checks.filter(isRefinement).map((check) => createRefinement(check, place))];
  return { ...reading.schema, ...annotate(opened) };
};

export const walkZod = (root: ZodSchema, place: string, isClosed: boolean, readKind: ReadKind): Walked => {
  const problems: InputProblem[] = [];
  const definitions = new Map<string, SchemaObject>();
  const schemas = new Map<Plan, SchemaObject>();
  const open = new Map<ZodSchema, Open>();
  const recursive = new Map<ZodSchema, Node>();

  const refuse: Walk["refuse"] = (where, message, mend) => {
    problems.push({ place: where, message, mend });
    return { schema: {} };
  };

  const read: Walk["read"] = (schema, where) => {
    const outer = open.get(schema);
    if (outer !== undefined) {
      outer.name ??= nameOf(schema, [...definitions.keys(), ...[...open.values()].map(({ name }) => name)]);
      return { schema: { $ref: `#/$defs/${outer.name}` }, plan: outer.plan };
    }
    const known = recursive.get(schema);
    if (known !== undefined) return known;
    if (open.size >= maxDepth)
      throw new Error("it is nested too deeply: make one schema and refer to it with a getter or z.lazy");
    const plan = createPlan(where);
    const entry: Open = { plan, name: undefined };
    open.set(schema, entry);
    const own = readOpened({ schema, place: where, plan, walk }, readKind);
    open.delete(schema);
    schemas.set(plan, own);
    if (entry.name === undefined) return { schema: own, plan };
    definitions.set(entry.name, own);
    const node: Node = { schema: { $ref: `#/$defs/${entry.name}` }, plan };
    recursive.set(schema, node);
    return node;
  };

  const walk: Walk = { isClosed, refuse, read };
  return { root: read(root, place), definitions, schemas, problems };
};
