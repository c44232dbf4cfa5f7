// "About the same thing": which argument here stands for which argument of the other tool.
import { isJsonObject } from "../../call.ts";
import type { ContextOf, NameOf } from "./declaration.ts";
import { type RuleReader, shown } from "./reader.ts";
import type { Told } from "./told.ts";

/** Argument here: argument there. */
export type SameNames<Args> = { readonly [Here in NoInfer<NameOf<Args>>]?: string };

/** Argument there, worked out. */
export type SameFunction<Args> = (context: ContextOf<Args>) => { readonly [there: string]: unknown };

export type Pairs = readonly (readonly [here: string, there: string])[];

/** In the order of the names there: stores find a record by these names, whichever rule asks for it. */
export const readSame = (written: unknown, reader: RuleReader): Pairs => {
  if (written === undefined) return [];
  if (!isJsonObject(written)) {
    reader.report("same", `${shown(written)} names no arguments`, 'write { orderId: "orderId" }: here, then there');
    return [];
  }
  const pairs = Object.entries(written).flatMap(([here, there]) => readPair(here, there, reader));
  const taken = new Set<string>();
  for (const [here, there] of pairs) {
    if (taken.has(there))
      reader.report(`same.${here}`, `'${there}' there is named twice`, "name each argument there once");
    taken.add(there);
  }
  return Object.freeze(pairs.sort(([, left], [, right]) => (left < right ? -1 : 1)));
};

const readPair = (here: string, there: unknown, reader: RuleReader): Pairs => {
  const place = `same.${here}`;
  reader.argument(place, here);
  if (typeof there === "string") return [[here, there]];
  reader.report(place, `${shown(there)} is not the name of an argument`, 'write its name there: "orderId"');
  return [];
};

/** Without the arguments that may not be told of. */
export const toldPairs = (pairs: Pairs, { argument }: Told): Pairs => pairs.filter(([here]) => argument(here));

/** " with the same orderId", " with its id equal to orderId" */
export const sameText = (pairs: Pairs): string => {
  if (pairs.length === 0) return "";
  const equal = pairs.filter(([here, there]) => here === there).map(([here]) => here);
  const other = pairs.filter(([here, there]) => here !== there).map(([here, there]) => `its ${there} equal to ${here}`);
  const parts = [...(equal.length === 0 ? [] : [`the same ${equal.join(" and ")}`]), ...other];
  return ` with ${parts.join(" and ")}`;
};
