// What stands behind a tool: its operation, where arguments and pins go in the request, and how the call is made.
import type {
  BodyPlan,
  Contract,
  Effect,
  McpHeader,
  Operation,
  Parameter,
  ValueSource,
} from "../../contract/contract.ts";
import { durationText } from "../../contract/rule/duration.ts";
import { canonicalJson } from "../../json/canonical.ts";
import { type Pair, type ToolFinding, byOrder, found, mapPair } from "./finding.ts";
import { showJson } from "./show.ts";

export const compareOperations = (pair: Pair<Contract>): readonly ToolFinding[] => {
  const targets = mapPair(pair, ({ operation }) => targetOf(operation));
  const isSame = targets.old === targets.now;
  return [
    ...(isSame ? compareRequests(mapPair(pair, ({ operation }) => operation)) : anotherTarget(targets)),
    ...comparePins(pair),
    ...compareEffects(mapPair(pair, ({ effect }) => effect)),
    ...byOrder(
      "deadline",
      mapPair(pair, ({ deadlineMs }) => deadlineMs),
      (time) => (time === 0 ? "none" : durationText(time)),
    ),
    ...compareAttempts(mapPair(pair, ({ attempts }) => attempts)),
    ...compareRoutes(pair),
  ];
};

/** `GET /orders/{orderId} of shop`; equal for the same operation of a backend of the same name. */
export const targetOf = (operation: Operation): string => {
  if (operation.kind === "local") return "the agent's own process";
  const { name } = operation.backend;
  return operation.kind === "rest"
    ? `${operation.method} ${operation.path.template} of ${name}`
    : `the tool ${operation.definition.name} of ${name}`;
};

const anotherTarget = ({ old, now }: Pair<string>): readonly ToolFinding[] => [
  found("breaks", "operation", `${old} → ${now}`),
  found("widens", "operation", `calls reach ${now}`),
];

/** Where a value goes, without what it may be: the input says that. */
const compareRequests = ({ old, now }: Pair<Operation>): readonly ToolFinding[] => {
  const [before, after] = [placesOf(old), placesOf(now)];
  const moved = [...after].filter(([source, place]) => before.has(source) && before.get(source) !== place);
  return [
    ...moved.map(([source, place]) =>
      found(
        "unclear",
        "operation",
        `${source} goes to ${place}, and went to ${before.get(source) ?? ""}: what the backend makes of it`,
      ),
    ),
    ...slashFindings({ old, now }),
  ];
};

const placesOf = (operation: Operation): ReadonlyMap<string, string> => {
  if (operation.kind === "local") return new Map();
  const parameters = operation.kind === "rest" ? operation.parameters.map(placeOfParameter) : [];
  const headers = operation.kind === "mcp" ? operation.headers.map(placeOfHeader) : [];
  return new Map([...headers, ...parameters, ...(operation.body === undefined ? [] : placesInBody(operation.body))]);
};

const nameOf = (source: ValueSource, name: string): string =>
  "argument" in source ? source.argument : `the pin ${name}`;

const placeOfParameter = (parameter: Parameter): readonly [string, string] => {
  const { name, in: place, style, explode, json, source } = parameter;
  return [nameOf(source, name), `${place}.${name} (${json ? "JSON" : style}${explode ? ", exploded" : ""})`];
};

/** Beside its place in the arguments. */
const placeOfHeader = ({ name, path }: McpHeader): readonly [string, string] => [`the header ${name}`, path.join(".")];

const placesInBody = ({ mediaType, shape }: BodyPlan): readonly (readonly [string, string])[] =>
  shape.kind === "whole"
    ? [[nameOf(shape.source, "body"), `the body as ${mediaType}`]]
    : shape.members.map(({ name, source }) => [nameOf(source, name), `body.${name} as ${mediaType}`]);

const slashFindings = (pair: Pair<Operation>): readonly ToolFinding[] => {
  const { old, now } = mapPair(pair, (operation) => {
    const parameters = operation.kind === "rest" ? operation.parameters : [];
    return new Map(parameters.map(({ name, encodedSlash }) => [name, encodedSlash === true]));
  });
  return [...now].flatMap(([name, isOpen]) => {
    if (!old.has(name) || old.get(name) === isOpen) return [];
    return [found(isOpen ? "widens" : "narrows", "operation", `${name} ${isOpen ? "may" : "may not"} have / in it`)];
  });
};

/** A pin is the value that is sent: another one is another call, for the agent knows nothing of it. */
const comparePins = (pair: Pair<Contract>): readonly ToolFinding[] => {
  const { old, now } = mapPair(pair, pinsOf);
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((name) => {
    const [before, after] = [old.get(name), now.get(name)];
    if (before === after) return [];
    const place = `pin.${name}`;
    if (after === undefined) return [found("widens", place, `${before ?? ""} is set no more`)];
    if (before === undefined) return [found("narrows", place, `${after} is set for every call`)];
    return [
      found("widens", place, `calls send ${after} now`),
      found("narrows", place, `no call sends ${before} any more`),
    ];
  });
};

const pinsOf = ({ pins, claimPins }: Contract): ReadonlyMap<string, string> =>
  new Map([
    ...Object.entries(pins).map(([name, value]) => [name, showJson(JSON.parse(canonicalJson(value)))] as const),
    ...Object.entries(claimPins).map(([name, { claim }]) => [name, `the caller's ${claim}`] as const),
  ]);

const WEAKEST_FIRST: readonly Effect[] = ["read", "write", "destructive"];

/** What is taken for a read is sent again when a connection breaks, and is what a rule may look up. */
const compareEffects = ({ old, now }: Pair<Effect>): readonly ToolFinding[] => {
  if (old === now) return [];
  const isWeaker = WEAKEST_FIRST.indexOf(now) < WEAKEST_FIRST.indexOf(old);
  return [
    found("breaks", "effect", `${old} → ${now}`),
    ...(isWeaker ? [found("widens", "effect", `calls are treated with less care: as ${now}`)] : []),
  ];
};

const compareAttempts = ({ old, now }: Pair<number | undefined>): readonly ToolFinding[] => {
  if (old === now) return [];
  if (old === undefined || now === undefined)
    return [found("unclear", "attempts", `${old ?? "the operator's setting"} → ${now ?? "the operator's setting"}`)];
  return byOrder("attempts", { old, now }, String);
};

const compareRoutes = ({ old, now }: Pair<Contract>): readonly ToolFinding[] => {
  if (old.ownsRoute === now.ownsRoute) return [];
  return [
    now.ownsRoute
      ? found("widens", "rest", "the operation's own path is this tool's now")
      : found("breaks", "rest", "the operation's own path is no longer this tool's"),
  ];
};
