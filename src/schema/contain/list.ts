// Lists: how many items, whether they differ, and each item against the other's.
import { isEmpty } from "./apart.ts";
import { type Ask, type Form, type Gap } from "./node.ts";
import { countsOf, isUnique, itemNode, prefixOf } from "./places.ts";
import { listWith, listsOf } from "./sample.ts";

export const listGaps = (inner: Form, outer: Form, ask: Ask): readonly Gap[] => {
  const [from, to] = sizesOf(inner);
  const [least, most] = countsOf(outer, "Items");
  const isSized = from >= least && to <= most;
  const isAsUnique = !isUnique(outer) || isUnique(inner) || to <= 1;
  return [
    ...(isSized ? [] : [{ at: "", tries: listsOf(inner, [from, to, least - 1, most + 1]) }]),
    ...(isAsUnique ? [] : [{ at: "", tries: listsOf(inner, [2, from]) }]),
    ...itemGaps(inner, outer, { ask, most: to }),
  ];
};

/** A place where nothing can stand ends the list. */
const sizesOf = (form: Form): readonly [from: number, to: number] => {
  const [from, to] = countsOf(form, "Items");
  const end = Array.from({ length: prefixOf(form) + 1 }, (_item, index) => index).find((index) =>
    isEmpty(itemNode(form, index)),
  );
  return [from, Math.min(to, end ?? Infinity)];
};

interface Asking {
  readonly ask: Ask;
  readonly most: number;
}

const itemGaps = (inner: Form, outer: Form, { ask, most }: Asking): readonly Gap[] => {
  const places = Math.min(most, Math.max(prefixOf(inner), prefixOf(outer)) + 1);
  return Array.from({ length: places }, (_item, index) => index).flatMap((index) => {
    const outcome = ask(itemNode(inner, index), itemNode(outer, index));
    if (outcome.verdict === "yes") return [];
    const tries = outcome.verdict === "no" ? listWith(inner, index, outcome.witness) : [];
    const isRest = index >= Math.max(prefixOf(inner), prefixOf(outer));
    return [{ at: `/${isRest ? "*" : index}${outcome.at}`, tries }];
  });
};
