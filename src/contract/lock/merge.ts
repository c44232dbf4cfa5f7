// What `checkrein lock` makes of a server's list: what is new goes in, what has changed waits until an operator takes it.
import type { ToolDefinition } from "../contract.ts";
import { describeDifference, hashOf } from "./definition.ts";
import { type LockedTools, isLockable } from "./lock.ts";

interface Merged {
  readonly tools: LockedTools;
  readonly added: readonly string[];
  /** Changed and removed tools, with what is different. */
  readonly changed: readonly { readonly tool: string; readonly difference: string }[];
}

export const mergeTools = (locked: LockedTools, found: readonly ToolDefinition[], accept: boolean): Merged => {
  const now = new Map(found.filter(({ name }) => isLockable(name)).map((one) => [one.name, one]));
  const added = [...now.keys()].filter((tool) => !locked.has(tool));
  const changed = [...locked.values()]
    .filter((definition) => !isSame(definition, now.get(definition.name)))
    .map((definition) => ({
      tool: definition.name,
      difference: describeDifference(definition, now.get(definition.name)),
    }));
  return { tools: accept ? now : new Map([...now, ...locked]), added, changed };
};

const isSame = (locked: ToolDefinition, found: ToolDefinition | undefined): boolean =>
  found !== undefined && hashOf(locked) === hashOf(found);
