// `known`: a value must have come out of an earlier result of this run, so that no id is invented.
import type { JsonObject, JsonValue } from "../../call.ts";
import { escapePointer, unescapePointer, valuesAt } from "../../json/pointer.ts";
import {
  declareRule,
  type AnyArguments,
  type ContextOf,
  type Foreign,
  type NameOf,
  type RuleOf,
  type RuleOptions,
} from "./declaration.ts";
import { becauseOf, type ReadRule, type RuleReader, shown } from "./reader.ts";
import type { KnownRule, ValueOrigin } from "./rule.ts";
import { HELPLESS, TOLD_ALL, type Told } from "./told.ts";

/** Where values come from. */
export interface Origin {
  readonly tool: string;
  readonly values: OriginValues;
}
type OriginValues = string | ((evidence: { readonly result: Foreign; readonly call: Foreign }) => readonly unknown[]);

const origins = new WeakSet<object>();

/** Results of a tool: a JSON Pointer in which `*` stands for every entry (`/orders/*` and so on), or a function that gives a list. */
export const from = (tool: string, values: OriginValues): Origin => {
  const origin: Origin = Object.freeze({ tool, values });
  origins.add(origin);
  return origin;
};

/** An argument's name, a JSON Pointer with `*` into the arguments, or a function that gives a list of values. */
export type KnownValues<Args> =
  | NoInfer<NameOf<Args>>
  | `/${string}`
  | ((context: Omit<ContextOf<Args>, "earlier">) => readonly unknown[]);

export const known = <Args = AnyArguments>(
  values: KnownValues<Args>,
  from: Origin | readonly Origin[],
  options?: RuleOptions,
): RuleOf<Args> => declareRule("known", [values, from, options]);

export const readKnown: ReadRule = ([values, written, given], reader): KnownRule => {
  const options = reader.options(given, []);
  const found = readOrigins(written, reader);
  const own = { ...readValues(values, reader), origins: found };
  return { kind: "known", ...own, because: becauseOf(options), text: knownText(own, TOLD_ALL) };
};

export const knownText = ({ subject, origins: from }: Pick<KnownRule, "subject" | "origins">, told: Told): string => {
  const tools = [...new Set(from.map(({ tool }) => tool))].filter(told.tool);
  if (tools.length === 0) return HELPLESS;
  const isTold = subject.argument === undefined || told.argument(subject.argument);
  return `${isTold ? subject.text : WHAT_IT_NAMES} must come out of an earlier result of ${tools.join(" or ")}.`;
};

type OwnValues = Pick<KnownRule, "argument" | "values" | "subject">;

const WHAT_IT_NAMES = "What it names";

const readValues = (written: unknown, reader: RuleReader): OwnValues => {
  if (typeof written === "string")
    return readPattern(written.startsWith("/") ? written : `/${escapePointer(written)}`, reader);
  const give = reader.function("argument", written);
  return {
    argument: undefined,
    subject: { text: WHAT_IT_NAMES, argument: undefined },
    values: (context) => listOf(give(context)).map((value) => ({ path: "", value })),
  };
};

/** An author's function may give anything; what is no list has no `map`, and throws: the call is denied. */
const listOf = (values: unknown): readonly JsonValue[] => {
  if (Array.isArray(values)) return values;
  throw new TypeError(`a function of known gave ${shown(values)} instead of a list`);
};

const readPattern = (pattern: string, reader: RuleReader): OwnValues => {
  const { subject, report } = reader;
  const [, first = ""] = pattern.split("/");
  const argument = unescapePointer(first);
  const inside = pattern.slice(first.length + 1);
  const what = inside === "" ? argument : pattern;
  const reach = subject.reach(argument, inside);
  reader.argument("argument", argument);
  if (reach === "nothing" && subject.reach(argument) !== "nothing")
    report("argument", `${subject.tool} has nothing at ${pattern}`, MEND_PATTERN);
  if (reach === "no scalar")
    report("argument", `${what} is a list or an object, and never one value`, `${MEND_PATTERN}: ${pattern}/*`);
  return {
    argument: inside === "" ? argument : undefined,
    subject: { text: what, argument },
    values: ({ args }) =>
      Object.hasOwn(args, argument)
        ? (valuesAt(args, pattern) as ReturnType<KnownRule["values"]>) // of JSON all values are JSON
        : [{ path: `/${first}`, value: undefined }],
  };
};

const MEND_PATTERN = "name the value itself, with * for every entry";

const readOrigins = (written: unknown, reader: RuleReader): readonly ValueOrigin[] => {
  const list: readonly unknown[] = Array.isArray(written) ? written : [written];
  if (list.length === 0) reader.report("from", "there is no origin", 'write from("search_orders", "/orders/*/id")');
  return list.flatMap((one, index) => readOrigin(one, Array.isArray(written) ? `from[${index}]` : "from", reader));
};

const readOrigin = (written: unknown, place: string, reader: RuleReader): readonly ValueOrigin[] => {
  if (typeof written !== "object" || written === null || !origins.has(written)) {
    reader.report(place, `${shown(written)} is not an origin`, 'write from("search_orders", "/orders/*/id")');
    return [];
  }
  const { tool, values } = written as Origin; // made by `from`, though of whatever it was given
  if (typeof tool !== "string") {
    reader.report(`${place}.tool`, `${shown(tool)} is not the name of a tool`, "name it as its contract does");
    return [];
  }
  if (typeof values === "function") return [ofFunction(tool, reader.function(place, values), `${reader.id}/${place}`)];
  if (typeof values === "string" && (values === "" || values.startsWith("/"))) return [ofPattern(tool, values)];
  reader.report(`${place}.path`, `${shown(values)} is not a JSON Pointer`, 'write "/orders/*/id", or a function');
  return [];
};

const ofPattern = (tool: string, pattern: string): ValueOrigin => ({
  tool,
  id: `${tool}${pattern}`,
  pattern,
  values: (result) => valuesAt(result, pattern).map(({ value }) => value as JsonValue), // of JSON all values are JSON
});

/** Two functions cannot be compared: each rule keeps values of its own. */
const ofFunction = (tool: string, values: Exclude<OriginValues, string>, id: string): ValueOrigin => ({
  tool,
  id: `${tool}#${id}`,
  pattern: undefined,
  values: (result: JsonValue, call: JsonObject) => listOf(values({ result, call })),
});
