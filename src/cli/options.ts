// The options of the small commands: `--name value` or `--name=value`; `many` takes all words up to the next option, a
// `flag` takes none.
import { nearestNames } from "../nearest.ts";
import { readSettings, variableOf } from "../settings.ts";

type Kind = "flag" | "one" | "many";
type Kinds = Readonly<Record<string, Kind>>;

type Values<K> = { readonly [Name in keyof K]: K[Name] extends "flag" ? boolean : readonly string[] };

interface Wrong {
  readonly ok: false;
  readonly problem: string;
}

type Options<K extends Kinds> =
  | {
      readonly ok: true;
      readonly values: Values<K>;
      /** Words that belong to no option. */
      readonly words: readonly string[];
    }
  | Wrong;

interface Reading {
  readonly kinds: ReadonlyMap<string, Kind>;
  /** The words of each option that is given. */
  readonly given: Map<string, string[]>;
  readonly words: string[];
}

export const readOptions = <const K extends Kinds>(argv: readonly string[], kinds: K): Options<K> => {
  const reading: Reading = { kinds: new Map(Object.entries(kinds)), given: new Map(), words: [] };
  const problem = readWords(reading, argv) ?? wrongNumber(reading);
  if (problem !== undefined) return { ok: false, problem };
  const values = [...reading.kinds].map(([name, kind]) => {
    const list = reading.given.get(name);
    return [name, kind === "flag" ? list !== undefined : (list ?? [])] as const;
  });
  // There is a value of its kind for every name, and the compiler knows names only as text.
  return { ok: true, values: Object.fromEntries(values) as unknown as Values<K>, words: reading.words };
};

/** As `readOptions`, for a command that takes options alone. */
export const readOptionsAlone = <const K extends Kinds>(argv: readonly string[], kinds: K): Options<K> => {
  const options = readOptions(argv, kinds);
  if (!options.ok || options.words.length === 0) return options;
  return { ok: false, problem: `"${options.words.join(" ")}" is not an option: use ${listed(Object.keys(kinds))}` };
};

/** Sorts the words out. The first option that does not exist ends it. */
const readWords = ({ kinds, given, words }: Reading, argv: readonly string[]): string | undefined => {
  let taking: string | undefined;
  for (const word of argv) {
    // A lone dash is a word: it stands for the standard input.
    const isOption = word.startsWith("--") || (word.startsWith("-") && word !== "-" && taking === undefined);
    if (!isOption) {
      (given.get(taking ?? "") ?? words).push(word);
      if (kinds.get(taking ?? "") === "one") taking = undefined;
      continue;
    }
    const [name = "", ...text] = word.replace(/^--?/, "").split("=");
    const kind = word.startsWith("--") ? kinds.get(name) : undefined;
    if (kind === undefined) return unknownOption(word.split("=", 1)[0] ?? word, [...kinds.keys()]);
    if (kind === "flag" && text.length > 0) return `--${name} takes no value`;
    const list = given.get(name) ?? [];
    given.set(name, list);
    if (text.length > 0) list.push(text.join("="));
    taking = kind === "flag" || text.length > 0 ? undefined : name;
  }
  return undefined;
};

const wrongNumber = ({ kinds, given }: Reading): string | undefined => {
  for (const [name, list] of given) {
    const kind = kinds.get(name);
    if (kind === "one" && list.length > 1) return `--${name} is given twice`;
    if (kind !== "flag" && list.length === 0) return `--${name} needs a value`;
  }
  return undefined;
};

const listed = (names: readonly string[]): string => names.map((name) => `--${name}`).join(", ");

const unknownOption = (option: string, known: readonly string[]): string => {
  const [nearest] = nearestNames(option.replace(/^-+/, ""), known);
  return `there is no option ${option}: ${nearest === undefined ? `use ${listed(known)}` : `did you mean --${nearest}?`}`;
};

/** As `serve` finds it: the option, the variable, or the settings' default. The other variables do not matter here. */
export const contractsFolder = ([given]: readonly string[]): string => {
  const variable = variableOf("contracts");
  const read = readSettings({ [variable]: given ?? process.env[variable] });
  if (!read.ok) throw new Error(read.problems.join("; "));
  return read.settings.contracts;
};
