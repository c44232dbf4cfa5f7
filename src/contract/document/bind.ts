// Where each argument and pin of a contract goes in the upstream request. What the types of `defineContract` say about
// this is said here again, in the same sentences, because a mounted contract never meets the compiler.
import type { JsonValue } from "../../call.ts";
import type { BodyMember, BodyPlan, Parameter, ValueSource } from "../contract.ts";
import { type FlatMember, type FlatView, flatMembers, memberSchema } from "./flat.ts";
import type { DocumentOperation } from "./operation.ts";
import type { DocumentParameter } from "./parameter.ts";
import { isReservedHeader } from "./parameter.ts";

interface BindingProblem {
  /** Which part of the contract: `input.amount`, `pin.currency`, `map.id`. */
  readonly place: string;
  readonly message: string;
  readonly mend: string;
}

export interface BindingRequest {
  /** Names of the contract's arguments. */
  readonly arguments: readonly string[];
  /** Those that a call may leave out. */
  readonly optional?: ReadonlySet<string>;
  readonly pins: Readonly<Record<string, JsonValue>>;
  /** Names of pins whose values come with each call. */
  readonly claimPins?: readonly string[];
  /** Argument or pin to place: `path.id`, `header.Idempotency-Key`, `body.name`, `body`; for a tool the server's name. */
  readonly map: Readonly<Record<string, string>>;
}

interface Binding {
  readonly parameters: readonly Parameter[];
  readonly body: BodyPlan | undefined;
  readonly problems: readonly BindingProblem[];
}

/** A name of the contract with its source, on its way to a member. */
interface Given {
  readonly name: string;
  readonly source: ValueSource;
  readonly part: "input" | "pin";
}

interface Draft {
  readonly operation: DocumentOperation;
  readonly view: FlatView;
  readonly bound: Map<FlatMember, Given>;
  /** Names that the document leaves open: they go into the body as they are. */
  readonly extra: Map<string, Given>;
  readonly problems: BindingProblem[];
}

/** Binds names to members. Every problem at once; with problems the rest is not to be used. */
export const bindArguments = (operation: DocumentOperation, request: BindingRequest): Binding => {
  const view = flatMembers(operation, { exact: false });
  const draft: Draft = { operation, view, bound: new Map(), extra: new Map(), problems: [] };
  const given = [
    ...request.arguments.map((name): Given => ({ name, source: { argument: name }, part: "input" })),
    ...Object.entries(request.pins).map(([name, pinned]): Given => ({ name, source: { pinned }, part: "pin" })),
    ...(request.claimPins ?? []).map((name): Given => ({ name, source: { argument: name }, part: "pin" })),
  ];
  for (const each of given) bindOne(draft, each, request);
  reportUnusedMaps(draft, given, request);
  reportMissing(draft);
  reportOptional(draft, request.optional ?? new Set());
  return { ...planRequest(operation, view, draft.bound, draft.extra), problems: draft.problems };
};

const report = (draft: Draft, place: string, message: string, mend: string): void =>
  void draft.problems.push({ place, message, mend });

const bindOne = (draft: Draft, given: Given, request: BindingRequest): void => {
  const place = `${given.part}.${given.name}`;
  if (given.part === "pin" && request.arguments.includes(given.name)) {
    return report(draft, place, `'${given.name}' is in input and in pin`, "take it out of one of them");
  }
  const target = Object.hasOwn(request.map, given.name) ? request.map[given.name] : undefined;
  const { noun } = draft.operation;
  const candidates = target === undefined ? candidatesFor(draft.view, given.name) : candidatesAt(draft, target);
  if (candidates.length > 1) {
    const places = candidates.map((member) => `"${member.place}.${member.name}"`).join(" or ");
    return report(
      draft,
      place,
      `'${given.name}' stands in more than one place of the ${noun}: choose one in map`,
      `write map: { ${JSON.stringify(given.name)}: ${places} }`,
    );
  }
  const [member] = candidates;
  if (member !== undefined) return claim(draft, given, member, place);
  const extraName = target === undefined ? given.name : bodyName(draft, target);
  if (draft.view.object?.additional !== undefined && extraName !== undefined)
    return claimExtra(draft, given, extraName, place);
  if (target === undefined) {
    const why =
      noun === "operation" && isReservedHeader(given.name)
        ? ": as a header it belongs to the connection or to the sidecar"
        : "";
    return report(draft, place, `the ${noun} has no member '${given.name}'${why}`, `use one of: ${known(draft.view)}`);
  }
  report(
    draft,
    `map.${given.name}`,
    `the ${noun} has no place '${target}'`,
    `use one of: ${draft.view.members.map((one) => placeOf(draft, one)).join(", ")}`,
  );
};

const known = (view: FlatView): string =>
  view.members.map(({ argument }) => argument).join(", ") || "none, it takes no arguments";

const bodyName = ({ operation }: Draft, target: string): string | undefined => {
  if (operation.noun === "tool") return target;
  return target.startsWith("body.") ? target.slice("body.".length) : undefined;
};

/** A tool has one place: its arguments. */
const placeOf = ({ operation }: Draft, { name, place, whole }: FlatMember): string => {
  if (operation.noun === "tool") return name;
  return whole ? "body" : `${place}.${name}`;
};

/** By the name on the wire; where that is in no place, by the name that the conventions give. */
const candidatesFor = (view: FlatView, name: string): readonly FlatMember[] => {
  const byName = view.members.filter((member) => member.name === name);
  return byName.length > 0 ? byName : view.members.filter(({ argument }) => argument === name);
};

const candidatesAt = (draft: Draft, target: string): readonly FlatMember[] =>
  draft.view.members.filter((member) => {
    const place = placeOf(draft, member);
    return place === target || (member.place === "header" && place.toLowerCase() === target.toLowerCase());
  });

const claim = (draft: Draft, given: Given, member: FlatMember, place: string): void => {
  const first = draft.bound.get(member);
  if (first === undefined) return void draft.bound.set(member, given);
  report(
    draft,
    place,
    `'${given.name}' and '${first.name}' both go to ${placeOf(draft, member)}`,
    "take one of them out",
  );
};

const claimExtra = (draft: Draft, given: Given, name: string, place: string): void => {
  const first = draft.extra.get(name);
  if (first === undefined) return void draft.extra.set(name, given);
  const at = draft.operation.noun === "tool" ? name : `body.${name}`;
  report(draft, place, `'${given.name}' and '${first.name}' both go to ${at}`, "take one of them out");
};

const reportUnusedMaps = (draft: Draft, given: readonly Given[], { map }: BindingRequest): void => {
  const names = new Set(given.map(({ name }) => name));
  for (const name of Object.keys(map)) {
    if (!names.has(name))
      report(draft, `map.${name}`, `'${name}' is neither in input nor in pin`, "add it there or take it out of map");
  }
};

const isBodyUsed = (draft: Draft): boolean =>
  draft.extra.size > 0 || draft.bound.keys().some(({ place }) => place === "body");

/** A member of a body that is optional and not touched is required of nobody. */
const isRequired = (draft: Draft, member: FlatMember): boolean =>
  member.required && (member.place !== "body" || draft.operation.body?.required === true || isBodyUsed(draft));

const reportMissing = (draft: Draft): void => {
  for (const member of draft.view.members) {
    if (!isRequired(draft, member) || draft.bound.has(member)) continue;
    const isAmbiguous = candidatesFor(draft.view, member.name).length > 1;
    const name = isAmbiguous ? placeOf(draft, member) : member.name;
    report(
      draft,
      "input",
      `the ${draft.operation.noun} requires '${name}': add it to input or pin`,
      isAmbiguous ? "add an argument and map it there" : `add ${member.name} to input or pin`,
    );
  }
};

const reportOptional = (draft: Draft, optional: ReadonlySet<string>): void => {
  const bodyMembers =
    draft.extra.size +
    draft.bound
      .keys()
      .filter(({ place }) => place === "body")
      .toArray().length;
  for (const [member, given] of draft.bound) {
    if (!("argument" in given.source) || !optional.has(given.name) || !isRequired(draft, member)) continue;
    // A body that may be left out may hang on its only member.
    if (member.place === "body" && draft.operation.body?.required !== true && bodyMembers === 1) continue;
    report(
      draft,
      `input.${given.name}`,
      `'${given.name}' is optional in input, the ${draft.operation.noun} requires it`,
      "take .optional() away",
    );
  }
};

type Sources = ReadonlyMap<FlatMember, { readonly source: ValueSource }>;

/** The plan of the request, from members with their sources. Members without a source are not sent. */
export const planRequest = (
  operation: DocumentOperation,
  view: FlatView,
  bound: Sources,
  extra: ReadonlyMap<string, { readonly source: ValueSource }> | "open",
): Pick<Binding, "parameters" | "body"> => {
  const parameters: Parameter[] = [];
  const members: BodyMember[] = [];
  let whole: { readonly source: ValueSource; readonly member: FlatMember } | undefined;
  for (const [member, { source }] of bound) {
    if (member.parameter !== undefined) parameters.push(planParameter(operation, member, source));
    else if (member.whole) whole = { source, member };
    else members.push({ name: member.name, source, schema: memberSchema(operation, member) });
  }
  const { additional } = view.object ?? {};
  if (additional !== undefined && extra !== "open") {
    const schema = memberSchema(operation, additional);
    for (const [name, { source }] of extra) members.push({ name, source, schema });
  }
  const { body } = operation;
  if (body === undefined) return { parameters, body: undefined };
  const { mediaType, required } = body;
  if (whole !== undefined) {
    return {
      parameters,
      body: {
        mediaType,
        required,
        shape: { kind: "whole", source: whole.source, schema: memberSchema(operation, whole.member) },
      },
    };
  }
  const open = extra === "open" && additional !== undefined;
  if (view.object === undefined || (members.length === 0 && !open && !required)) return { parameters, body: undefined };
  return { parameters, body: { mediaType, required, shape: { kind: "members", members, open } } };
};

const planParameter = (operation: DocumentOperation, member: FlatMember, source: ValueSource): Parameter => {
  const { parameter } = member;
  if (parameter === undefined) throw new TypeError(`${member.name} is no parameter`);
  const { wireName, in: place, style, explode, json } = parameter;
  const schema = memberSchema(operation, member);
  return { name: wireName, in: place, style, explode, json, source, schema, ...othersOf(operation, parameter) };
};

/** Members of an exploded object stand beside the other parameters, under names that the agent may choose. */
const othersOf = ({ parameters }: DocumentOperation, own: DocumentParameter): Pick<Parameter, "others"> => {
  if (own.style !== "form" || !own.explode || own.json) return {};
  const others = parameters.filter((one) => one !== own && one.in === own.in).map(({ wireName }) => wireName);
  return others.length === 0 ? {} : { others };
};
