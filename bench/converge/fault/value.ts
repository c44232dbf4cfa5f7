// Values that are of the right type and not among those that are accepted: misspelt, or out of bounds.
import { type Path, pointerOf, setAt } from "../edit.ts";
import type { ArgumentFault, Told } from "../fault.ts";
import type { Random } from "../random.ts";
import { type Place, keywordOf, valuesOf } from "../shape.ts";
import { clarityOf, isNear, misspellingsOf } from "../words.ts";

const told = (path: Path, keyword: string, value: unknown): Told => ({
  class: "fix_arguments",
  path: pointerOf(path),
  keyword,
  value,
});

/** A misspelling of each kind, and a value that is near to none. */
export const misspeltEnums = ({ path, value, all, isSecret }: Place, random: Random): readonly ArgumentFault[] => {
  const accepted = valuesOf(all)?.filter((one) => typeof one === "string");
  if (typeof value !== "string" || accepted === undefined || !accepted.includes(value)) return [];
  const named = { class: "misspelt enum", touched: path } as const;
  const words = misspellingsOf(value, random).filter(({ word }) => !accepted.includes(word));
  const chosen = ["style", "edit"].flatMap((kind) => words.find((one) => one.kind === kind) ?? []);
  const right = told(path, accepted.length === 1 ? "const" : "enum", value);
  const misspelt = chosen.map(({ kind, word }): ArgumentFault => {
    const fix = isSecret ? "none" : clarityOf(word, value, accepted);
    const say = fix === "one" ? {} : { told: right };
    return { ...named, kind: `value with another ${kind}`, fix, ...say, apply: (args) => setAt(args, path, word) };
  });
  const far = random.pick(["zzqx", "qqqqqqq"].filter((word) => !accepted.some((other) => isNear(word, other))));
  if (far === undefined) return misspelt;
  return [
    ...misspelt,
    { ...named, kind: "a value near to none", fix: "none", told: right, apply: (args) => setAt(args, path, far) },
  ];
};

interface Beyond {
  readonly keyword: string;
  readonly value: unknown;
}

/** No clamp is a repair: the agent has to ask for something else. */
export const outOfRange = (place: Place): readonly ArgumentFault[] => {
  const { path, meant, value } = place;
  const beyond = typeof value === "number" ? numbers(place) : typeof value === "string" ? texts(place) : lists(place);
  return beyond.map(({ keyword, value: put }): ArgumentFault => ({
    class: "out of range",
    kind: keyword,
    fix: "none",
    told: told(path, keyword, keywordOf(meant, keyword)),
    touched: path,
    apply: (args) => setAt(args, path, put),
  }));
};

/** Beyond this a number is refused as a text already. */
const SAFE = 2 ** 52;

const numbers = ({ meant }: Place): readonly Beyond[] => {
  const step = Number(keywordOf(meant, "multipleOf") ?? 1);
  return [
    { keyword: "maximum", by: step },
    { keyword: "exclusiveMaximum", by: 0 },
    { keyword: "minimum", by: -step },
    { keyword: "exclusiveMinimum", by: 0 },
  ].flatMap(({ keyword, by }) => {
    const bound = keywordOf(meant, keyword);
    return typeof bound === "number" && Math.abs(bound) < SAFE ? [{ keyword, value: bound + by }] : [];
  });
};

const texts = ({ meant, value }: Place): readonly Beyond[] => {
  const [most, least] = [keywordOf(meant, "maxLength"), keywordOf(meant, "minLength")];
  const long = typeof most === "number" && most <= 2000 ? [{ keyword: "maxLength", value: "x".repeat(most + 1) }] : [];
  const short = typeof least === "number" && least > 0 ? [{ keyword: "minLength", value: "x".repeat(least - 1) }] : [];
  const isPatterned = keywordOf(meant, "pattern") !== undefined && keywordOf(meant, "format") === undefined;
  return [...long, ...short, ...(isPatterned ? [{ keyword: "pattern", value: `!${String(value)}` }] : [])];
};

const lists = ({ meant, value }: Place): readonly Beyond[] => {
  if (!Array.isArray(value) || value.length === 0) return [];
  const [most, least] = [keywordOf(meant, "maxItems"), keywordOf(meant, "minItems")];
  const items: readonly unknown[] = value;
  const long =
    typeof most === "number" && most <= 50
      ? Array.from({ length: most + 1 }, (_, index) => items[index % items.length])
      : [];
  return [
    ...(long.length > 0 ? [{ keyword: "maxItems", value: long }] : []),
    ...(least === 1 ? [{ keyword: "minItems", value: [] }] : []),
  ];
};
