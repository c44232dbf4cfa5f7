// Callers, old and new, by their names: how they are known, and what their grants leave them.
import type { ArgumentRestriction, Grant, GrantLimit } from "../../call.ts";
import type { CallerDeclaration } from "../../contract/caller-declaration.ts";
import { andRestriction } from "../../contract/grant/restriction.ts";
import { durationText } from "../../contract/rule/duration.ts";
import { canonicalJson } from "../../json/canonical.ts";
import { readDocument } from "../../schema/contain/forms.ts";
import { type Node, nodeOf } from "../../schema/contain/node.ts";
import { type Pair, type ToolFinding, bySet, found, mapPair } from "./finding.ts";
import { ARGUMENTS, compareSchemas } from "./schemas.ts";
import { showJson } from "./show.ts";

export const compareCallers = (pair: Pair<CallerDeclaration>): readonly ToolFinding[] => {
  const proofs = mapPair(pair, ({ proof }) => canonicalJson(proof));
  return [
    ...(proofs.old === proofs.now ? [] : [found("unclear", "proof", "not as it was: who is taken for this caller")]),
    ...compareGrants(mapPair(pair, ({ grant }) => grant)),
  ];
};

const compareGrants = (pair: Pair<Grant>): readonly ToolFinding[] => [
  ...compareNames(
    "tools",
    mapPair(pair, ({ tools }) => tools),
  ),
  ...compareNames(
    "messages",
    mapPair(pair, ({ tools, messages }) => messages ?? (tools === undefined ? undefined : [])),
  ),
  ...compareArguments(pair),
  ...compareLimits(mapPair(pair, ({ limits }) => limits ?? [])),
];

/** Without a list all are granted. */
const compareNames = (place: string, { old, now }: Pair<readonly string[] | undefined>): readonly ToolFinding[] => {
  if (old === undefined && now === undefined) return [];
  if (now === undefined) return [found("widens", place, "all")];
  if (old === undefined) return [found("narrows", place, `all → ${now.length === 0 ? "none" : now.join(", ")}`)];
  return bySet(place, { old, now });
};

const compareArguments = (pair: Pair<Grant>): readonly ToolFinding[] => {
  const { old, now } = mapPair(pair, restrictionsIn);
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((place) => {
    const [before, after] = [old.get(place), now.get(place)];
    if (after === undefined) return [found("widens", place, "not restricted any more")];
    if (before === undefined) return [found("narrows", place, `restricted: ${showJson(after)}`)];
    const pins = mapPair({ old: before, now: after }, ({ pin }) => canonicalJson(pin ?? null));
    const isPinned = pins.old === pins.now ? [] : [found("unclear", place, "it is pinned otherwise")];
    return [...isPinned, ...compareSchemas(place, mapPair({ old: before, now: after }, nodeOfRestriction), ARGUMENTS)];
  });
};

const restrictionsIn = ({ arguments: restricted }: Grant): ReadonlyMap<string, ArgumentRestriction> =>
  new Map(
    Object.entries(restricted ?? {}).flatMap(([tool, members]) =>
      Object.entries(members).map(([name, restriction]) => [`arguments.${tool}.${name}`, restriction] as const),
    ),
  );

const nodeOfRestriction = ({ pin: _pin, ...restriction }: ArgumentRestriction): Node => {
  const schema = andRestriction(true, restriction);
  return nodeOf(readDocument(schema, "assert"), schema);
};

/** Limits are compared as they are written: one less widens, one more narrows. */
const compareLimits = (pair: Pair<readonly GrantLimit[]>): readonly ToolFinding[] => {
  const { old, now } = mapPair(pair, (limits) => limits.map(limitText));
  return [
    ...old.filter((text) => !now.includes(text)).map((text) => found("widens", "limits", `gone: ${text}`)),
    ...now.filter((text) => !old.includes(text)).map((text) => found("narrows", "limits", `new: ${text}`)),
  ];
};

const limitText = ({ tools, calls, windowMs }: GrantLimit): string => {
  const time = windowMs === undefined ? "in one run" : `within ${durationText(windowMs)}`;
  return `at most ${calls} calls of ${tools?.join(", ") ?? "all tools"} ${time}`;
};
