// A form that no single form of the other side covers may be covered by several, each a part of it: with and without a
// member, and for each value that a member can have.
import { isEmpty } from "./apart.ts";
import { formsOf } from "./forms.ts";
import type { Form, Node } from "./node.ts";
import { memberNode, namesIn, requiredIn } from "./places.ts";

/** Ways to take an object apart; each way's forms together are the form. */
export const splitObject = (form: Form, fitting: readonly Form[]): readonly (readonly Form[])[] => {
  if (form.type !== "object" || fitting.length < 2 || fitting.length > MOST_FORMS) return [];
  const names = [...new Set(fitting.flatMap(namesIn))].slice(0, MOST_NAMES);
  return names.map((name) => splitByMember(form, name)).filter((forms) => forms.length > 1);
};

const MOST_FORMS = 32;
const MOST_NAMES = 8;
const MOST_VALUES = 16;

const splitByMember = (form: Form, name: string): readonly Form[] => {
  const member = memberNode(form, name);
  const isRequired = requiredIn(form).has(name);
  const values = valuesOf(member);
  if (isRequired && values === undefined) return [];
  const present = values?.map((value) => ({ const: value })) ?? [true];
  const having = present.map((schema) => ({ required: [name], properties: Object.fromEntries([[name, schema]]) }));
  const absent = isRequired ? [] : [{ properties: Object.fromEntries([[name, false]]) }];
  const cases = isEmpty(member) ? absent : [...absent, ...having];
  return cases.map((part) => ({ ...form, parts: [...form.parts, part] }));
};

/** All values of a node, where they are few. */
const valuesOf = (node: Node): readonly unknown[] | undefined => {
  const lists = formsOf(node)?.map(({ values }) => values);
  if (lists === undefined || lists.includes(undefined)) return undefined;
  const values = lists.flatMap((list) => list ?? []);
  return values.length > MOST_VALUES ? undefined : values;
};
