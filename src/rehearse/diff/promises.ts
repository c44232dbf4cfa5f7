// What an answer is certain to have: members that are required, and the types of all members. An agent that relies on one of
// them is misled when it is gone.
import { areApart } from "../../schema/contain/apart.ts";
import { formsOf } from "../../schema/contain/forms.ts";
import { type Form, type Node, keyOf } from "../../schema/contain/node.ts";
import { itemNode, memberNode, namesIn, prefixOf, requiredIn } from "../../schema/contain/places.ts";
import { type Pair, type ToolFinding, found } from "./finding.ts";
import { showChange } from "./show.ts";

export const comparePromises = (place: string, pair: Pair<Node>): readonly ToolFinding[] =>
  compareAt(pair, { place, seen: new Set() });

interface At {
  readonly place: string;
  readonly seen: ReadonlySet<string>;
}

const compareAt = (pair: Pair<Node>, { place, seen }: At): readonly ToolFinding[] => {
  const key = `${keyOf(pair.old)} ${keyOf(pair.now)}`;
  if (seen.has(key)) return [];
  const inside = compareInside(pair, { place, seen: new Set([...seen, key]) });
  if (inside.length > 0 || !areApart(pair.old, pair.now)) return inside;
  return [found("breaks", place, `another type: ${showChange(pair, "")}`)];
};

const compareInside = (pair: Pair<Node>, at: At): readonly ToolFinding[] => {
  const [old, now] = [onlyForm(pair.old), onlyForm(pair.now)];
  if (old === undefined || now === undefined || old.type !== now.type) return [];
  if (old.type === "object") return [...certainMembers({ old, now }, at), ...compareMembers({ old, now }, at)];
  const isList = old.type === "array" && prefixOf(old) === 0 && prefixOf(now) === 0;
  return isList ? compareAt({ old: itemNode(old, 0), now: itemNode(now, 0) }, { ...at, place: `${at.place}[]` }) : [];
};

/** The one object or list that a value can be; beside null it is found, too. */
const onlyForm = (node: Node): Form | undefined => {
  const forms = (formsOf(node) ?? []).filter(({ type }) => type !== "null");
  return forms.length === 1 ? forms[0] : undefined;
};

const certainMembers = ({ old, now }: Pair<Form>, { place }: At): readonly ToolFinding[] => {
  const [before, after] = [requiredIn(old), requiredIn(now)];
  const [wasNamed, isNamed] = [namesIn(old), namesIn(now)];
  const lost = [...before].filter((name) => !after.has(name));
  const fresh = [...after].filter((name) => !before.has(name) && wasNamed.includes(name));
  return [
    ...lost.map((name) =>
      found("breaks", `${place}.${name}`, isNamed.includes(name) ? "no longer certain to be there" : "gone"),
    ),
    ...fresh.map((name) => found("narrows", `${place}.${name}`, "an answer without it is refused now")),
  ];
};

const compareMembers = ({ old, now }: Pair<Form>, { place, seen }: At): readonly ToolFinding[] =>
  namesIn(old)
    .filter((name) => namesIn(now).includes(name))
    .flatMap((name) =>
      compareAt({ old: memberNode(old, name), now: memberNode(now, name) }, { place: `${place}.${name}`, seen }),
    );
