// Whether two nodes have no value in common, and whether one has none at all. True is certain; false says nothing.
import { areNumbersApart } from "./number.ts";
import { formsOf } from "./forms.ts";
import { type Form, type Node, accepts, keyOf } from "./node.ts";
import { countsOf, itemNode, memberNode, namesIn, prefixOf, requiredIn } from "./places.ts";
import { areLengthsApart } from "./text.ts";

/** No finite value: what needs itself inside of itself never ends. */
export const isEmpty = (node: Node): boolean => isEmptyInside(node, new Set());

const isEmptyInside = (node: Node, open: ReadonlySet<string>): boolean => {
  const key = keyOf(node);
  if (open.has(key)) return true;
  const inside = new Set([...open, key]);
  return formsOf(node)?.every((form) => isEmptyForm(form, inside)) ?? false;
};

const isEmptyForm = (form: Form, open: ReadonlySet<string>): boolean => {
  if (form.type === "object") return [...requiredIn(form)].some((name) => isEmptyInside(memberNode(form, name), open));
  if (form.type !== "array") return false;
  const [from] = countsOf(form, "Items");
  const needed = Array.from({ length: Math.min(from, prefixOf(form) + 1) }, (_item, index) => itemNode(form, index));
  return needed.some((item) => isEmptyInside(item, open));
};

/** No value is accepted by both. */
export const areApart = (one: Node, other: Node): boolean => areApartInside(one, other, new Set());

type Open = ReadonlySet<string>;

const areApartInside = (one: Node, other: Node, open: Open): boolean => {
  const key = `${keyOf(one)} ${keyOf(other)}`;
  if (open.has(key)) return false;
  const [own, others] = [formsOf(one), formsOf(other)];
  if (own === undefined || others === undefined) return false;
  const inside = new Set([...open, key]);
  return own.every((form) => others.every((second) => areFormsApart(form, second, inside)));
};

const areFormsApart = (one: Form, other: Form, open: Open): boolean => {
  if (one.type !== other.type) return true;
  if (one.values !== undefined) return one.values.every((value) => !takes(other, value));
  if (other.values !== undefined) return other.values.every((value) => !takes(one, value));
  if (one.type === "number") return areNumbersApart(one, other);
  if (one.type === "string") return areLengthsApart(one, other);
  return one.type === "array" ? areListsApart(one, other, open) : areMembersApart(one, other, open);
};

const takes = ({ document, parts, nots }: Form, value: unknown): boolean =>
  accepts({ document, schemas: parts }, value) && !nots.some((not) => accepts(not, value));

const areListsApart = (one: Form, other: Form, open: Open): boolean => {
  const [[from, to], [least, most]] = [countsOf(one, "Items"), countsOf(other, "Items")];
  if (to < least || most < from) return true;
  const needed = Math.min(Math.max(from, least), Math.max(prefixOf(one), prefixOf(other)) + 1);
  const both = Array.from(
    { length: needed },
    (_item, index) => [itemNode(one, index), itemNode(other, index)] as const,
  );
  return both.some(([left, right]) => areApartInside(left, right, open));
};

const areMembersApart = (one: Form, other: Form, open: Open): boolean => {
  const [[from, to], [least, most]] = [countsOf(one, "Properties"), countsOf(other, "Properties")];
  if (to < least || most < from) return true;
  const needed = new Set([...requiredIn(one), ...requiredIn(other)]);
  return [...needed].some((name) => areApartInside(memberNode(one, name), memberNode(other, name), open));
};

/** Names of members that can stand in an object of the form. */
export const possibleNames = (form: Form): readonly string[] =>
  namesIn(form).filter((name) => !isEmpty(memberNode(form, name)));
