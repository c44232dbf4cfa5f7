// The value is right and written wrong: a number as text, an object as JSON text, one value for a list; or it is no
// writing of anything, and nothing brings it back.
import { type Path, pointerOf, setAt } from "../edit.ts";
import type { ArgumentFault, FaultClass, Fix, Told } from "../fault.ts";
import type { Random } from "../random.ts";
import { type Place, keywordOf } from "../shape.ts";

/** With what was told where nothing mends it: the place, and anything about what is accepted. */
const toldAt = (path: Path): Told => ({ class: "fix_arguments", path: pointerOf(path) });

interface Written {
  readonly class: FaultClass;
  readonly kind: string;
  readonly value: unknown;
  /** Whether the value can be read back from what is written. Default: yes. */
  readonly fix?: Fix;
}

const faultOf = ({ path, isSecret }: Place, { fix: own = "one", value, ...named }: Written): ArgumentFault => {
  const fix: Fix = isSecret ? "none" : own;
  const told = fix === "one" ? {} : { told: toldAt(path) };
  return { ...named, fix, ...told, touched: path, apply: (args) => setAt(args, path, value) };
};

export const wrongTypes = ({ path, value }: Place, random: Random): readonly Written[] => {
  const named = (kind: string, written: unknown, fix: Fix = "one"): Written => ({
    class: "wrong type",
    kind,
    value: written,
    fix,
  });
  if (path.length === 0) return [];
  if (typeof value === "number") {
    const lost = Number.isInteger(value) && Math.abs(value) < SMALL ? [named("a fraction", value + 0.5, "none")] : [];
    return [named("number as text", String(value)), named("a word for a number", random.pick(WORDS), "none"), ...lost];
  }
  if (typeof value === "boolean")
    return [named("boolean as text", String(value)), named("a word for a boolean", "perhaps", "none")];
  if (typeof value !== "string") return [];
  // Whether zeros stood in front, the number does not say.
  const digits = /^\d{1,15}$/.test(value)
    ? [named("digits as number", Number(value), String(Number(value)) === value ? "unclear" : "none")]
    : [];
  return [...digits, named("null for a text", null, "none"), named("a boolean for a text", true, "none")];
};

/** Half of one more is still written exactly. */
const SMALL = 2 ** 40;

const WORDS = ["twelve", "many", "a few", "n/a"];

export const stringified = ({ value, path }: Place): readonly Written[] => {
  if (typeof value !== "object" || value === null) return [];
  const kind =
    path.length === 0 ? "all arguments as JSON text" : `${Array.isArray(value) ? "list" : "object"} as JSON text`;
  return [{ class: "stringified", kind, value: JSON.stringify(value) }];
};

export const oneForList = ({ value, path, meant }: Place): readonly Written[] => {
  if (path.length === 0) return [];
  const named = (kind: string, written: unknown): Written => ({ class: "one for a list", kind, value: written });
  if (!Array.isArray(value)) return value === null ? [] : [named("a list of one for the value", [value])];
  return value.length === 1 && keywordOf(meant, "prefixItems") === undefined
    ? [named("the value for a list of one", value[0])]
    : [];
};

export const writingFaults = (place: Place, random: Random): readonly ArgumentFault[] =>
  [...wrongTypes(place, random), ...stringified(place), ...oneForList(place)].map((written) => faultOf(place, written));
