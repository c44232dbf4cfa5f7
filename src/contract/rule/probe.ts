// What the types say about a rule's functions, said at load: each is called once without any values, to see which arguments
// it asks for. A misspelt one would be undefined in every call: `amout > 10_000` never asks for approval. What such a call
// gives or throws means nothing, but for a promise: rules are judged at once.
import type { Rule } from "./rule.ts";

export interface Probed {
  /** The member of the rule. */
  readonly place: string;
  /** Names that it read of the arguments, in order. */
  readonly names: readonly string[];
  readonly isAsync: boolean;
}

export const probeFunctions = (rule: Rule): readonly Probed[] =>
  functionsOf(rule).map(([place, written]) => {
    const names = new Set<string>();
    return { place, isAsync: isLate(written, contextOf(names)), names: [...names] };
  });

type Probe = (context: object) => unknown;

const functionsOf = (rule: Rule): readonly (readonly [place: string, written: Probe])[] => {
  const same = rule.kind === "requires" && rule.same.kind === "function" ? { same: rule.same.of } : {};
  return Object.entries({ ...rule, ...same }).flatMap(([place, written]) =>
    // Functions of rules take a context; this one has all members that any of them has.
    typeof written === "function" ? [[place, written as Probe] as const] : [],
  );
};

const contextOf = (names: Set<string>): object => {
  const args = new Proxy(Object.freeze({}), {
    get: (_target, name) => {
      // What every object has, and what the language asks of any value, is no argument.
      if (typeof name === "string" && !(name in Object.prototype) && name !== "toJSON" && name !== "then")
        names.add(name);
      return undefined;
    },
  });
  return {
    args,
    caller: { name: "", claims: {} },
    now: new Date(0),
    earlier: {},
    result: undefined,
    call: {},
    tool: "",
    all: [],
  };
};

const isLate = (written: Probe, context: object): boolean => {
  try {
    const given = written(context);
    if (!(given instanceof Promise)) return false;
    given.catch(() => undefined); // it was given no values
    return true;
  } catch {
    return false;
  }
};
