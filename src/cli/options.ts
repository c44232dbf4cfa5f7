// The options of the small commands: `--name value` or `--name=value`; `many` takes all words up to the next option.
import { nearestNames } from "../nearest.ts";

type Kinds = Readonly<Record<string, "one" | "many">>;

type Values<K> = { readonly [Name in keyof K]: readonly string[] };

export type Options<K extends Kinds> =
  | {
      readonly ok: true;
      readonly values: Values<K>;
      /** Words that belong to no option. */
      readonly words: readonly string[];
    }
  | { readonly ok: false; readonly problem: string };

export const readOptions = <const K extends Kinds>(argv: readonly string[], kinds: K): Options<K> => {
  const known = new Map(Object.entries(kinds));
  const values = new Map([...known.keys()].map((name): [string, string[]] => [name, []]));
  const words: string[] = [];
  let taking: string | undefined;
  for (const word of argv) {
    if (!word.startsWith("--")) {
      const list = taking === undefined ? words : (values.get(taking) ?? words);
      list.push(word);
      if (taking !== undefined && known.get(taking) === "one") taking = undefined;
      continue;
    }
    const [name = "", ...text] = word.slice(2).split("=");
    const list = values.get(name);
    if (list === undefined) return unknownOption(name, [...known.keys()]);
    if (text.length > 0) list.push(text.join("="));
    taking = text.length > 0 ? undefined : name;
  }
  const wrong = [...values].find(([name, list]) => known.get(name) === "one" && list.length > 1);
  if (wrong !== undefined) return { ok: false, problem: `--${wrong[0]} is given twice` };
  const isShort = taking !== undefined && values.get(taking)?.length === 0;
  if (isShort) return { ok: false, problem: `--${taking} needs a value` };
  // The map holds a list for every name of `kinds`, and the compiler knows names only as text.
  return { ok: true, values: Object.fromEntries(values) as unknown as Values<K>, words };
};

const unknownOption = (name: string, known: readonly string[]): { readonly ok: false; readonly problem: string } => {
  const [nearest] = nearestNames(name, known);
  const names = known.map((one) => `--${one}`).join(", ");
  return {
    ok: false,
    problem: `there is no option --${name}: ${nearest === undefined ? `use ${names}` : `did you mean --${nearest}?`}`,
  };
};
