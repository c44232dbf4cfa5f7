// The members of one object, filled from checked arguments and pins: a JSON or form body, or the arguments of an upstream
// MCP tool. What cannot be placed is reported with the argument's name.
import type { JsonObject, JsonValue } from "../call.ts";
import type { BodyPlan, ValueSource } from "../contract/contract.ts";
import { escapePointer } from "../json/pointer.ts";
import type { Issue } from "../refusal.ts";

/** Checked arguments on their way into a request, and what is wrong so far. */
export interface Filling {
  readonly arguments: JsonObject;
  readonly issues: Issue[];
}

export type FilledMember = readonly [name: string, value: JsonValue, source: ValueSource];

export const valueOf = (filling: Filling, source: ValueSource): JsonValue | undefined => {
  if ("pinned" in source) return source.pinned;
  return Object.hasOwn(filling.arguments, source.argument) ? filling.arguments[source.argument] : undefined;
};

const pointerTo = (source: ValueSource): string => ("pinned" in source ? "" : `/${escapePointer(source.argument)}`);

export const report = (filling: Filling, source: ValueSource, message: string): void => {
  filling.issues.push({ path: pointerTo(source), code: "unsendable", message });
};

/** `elsewhere`: places outside of the object that take arguments, too. */
export const fillMembers = (
  filling: Filling,
  shape: BodyPlan["shape"],
  elsewhere: readonly { readonly source: ValueSource }[] = [],
): FilledMember[] => {
  if (shape.kind !== "members") return [];
  const filled: FilledMember[] = [];
  for (const { name, source } of shape.members) {
    const value = valueOf(filling, source);
    if (value !== undefined) filled.push([name, value, source]);
  }
  if (shape.open) filled.push(...openMembers(filling, shape, elsewhere));
  return filled;
};

const TAKEN = "is no argument of this tool: leave it out";

/** Arguments that the document leaves open: whatever is bound nowhere goes in under its own name. */
const openMembers = (
  filling: Filling,
  { members }: Extract<BodyPlan["shape"], { kind: "members" }>,
  elsewhere: readonly { readonly source: ValueSource }[],
): FilledMember[] => {
  const declared = new Set(members.map(({ name }) => name));
  const bound = new Set<string>();
  for (const { source } of [...elsewhere, ...members]) if ("argument" in source) bound.add(source.argument);
  const open = Object.entries(filling.arguments).filter(([name]) => !bound.has(name));
  for (const [name] of open) if (declared.has(name)) report(filling, { argument: name }, TAKEN);
  return open.map(([name, value]) => [name, value, { argument: name }]);
};

/** `fromEntries` defines members and assigns none: the document's names cannot reach a prototype. */
export const objectOf = (members: readonly FilledMember[]): JsonObject => Object.fromEntries(members);
