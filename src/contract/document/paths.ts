// The paths of one document as a tree of segments. It answers which template a backend would route to.
//
// One matching function serves both sides, and it takes DECODED segments. The builder decodes what it rendered; the REST
// ingress decodes what it received and then asks `hasExactLiterals` with the raw segments, because a percent-encoded
// letter in a literal segment is another path there (404). So `%61ll` and `all` are one path to the safety rule
// (no argument renders to another operation) and two to the agent.
import type { PathTable, PathTemplate } from "../contract.ts";
import { covers, fitsLiterals, literalsOf, overlaps } from "./template.ts";

interface Node {
  readonly literals: Map<string, Node>;
  /** Segments with text and parameters: few, tried in turn. */
  readonly mixed: Map<string, { readonly literals: readonly string[]; readonly node: Node }>;
  parameter: Node | undefined;
  readonly templates: PathTemplate[];
}

const createNode = (): Node => ({ literals: new Map(), mixed: new Map(), parameter: undefined, templates: [] });

const child = (node: Node, literals: readonly string[]): Node => {
  if (literals.length === 2 && literals[0] === "" && literals[1] === "") return (node.parameter ??= createNode());
  if (literals.length > 1)
    return childOf(node.mixed, JSON.stringify(literals), () => ({ literals, node: createNode() })).node;
  return childOf(node.literals, literals[0] ?? "", createNode);
};

const childOf = <T>(children: Map<string, T>, key: string, create: () => T): T => {
  const known = children.get(key);
  if (known !== undefined) return known;
  const made = create();
  children.set(key, made);
  return made;
};

/** Every template that fits, by backtracking: a literal that leads nowhere does not hide a parameter beside it. */
const collect = (node: Node, segments: readonly string[], index: number, fits: PathTemplate[]): void => {
  const segment = segments[index];
  if (segment === undefined) {
    fits.push(...node.templates);
    return;
  }
  const literal = node.literals.get(segment);
  if (literal !== undefined) collect(literal, segments, index + 1, fits);
  for (const mixed of node.mixed.values()) {
    if (fitsLiterals(mixed.literals, segment)) collect(mixed.node, segments, index + 1, fits);
  }
  if (node.parameter !== undefined && segment !== "") collect(node.parameter, segments, index + 1, fits);
};

/** What the table knows of one path beside the path itself. */
interface Entry {
  readonly literals: readonly (readonly string[])[];
  /** The segments as the document writes them. */
  readonly written: readonly string[];
}

const createEntry = ({ template, segments }: PathTemplate): Entry => ({
  literals: segments.map(literalsOf),
  written: (template.split(/[?#]/, 1)[0] ?? "").slice(1).split("/"),
});

/** At every segment at least as concrete as `other`: whatever fits `one` there fits `other`, too. */
const dominates = (one: Entry, other: Entry): boolean =>
  one.literals.every((narrow, index) => covers(other.literals[index] ?? [], narrow));

/** Whether some rendering of `own` fits `other` without belonging to `own` alone. Exact. */
const canBecome = (own: Entry, other: Entry): boolean =>
  other !== own &&
  other.literals.length === own.literals.length &&
  own.literals.every((segment, index) => overlaps(segment, other.literals[index] ?? [])) &&
  (!dominates(own, other) || dominates(other, own));

export interface DocumentPaths extends PathTable {
  /** Whether an argument can make a rendering of this path belong to another template, or to none for sure. */
  canRenderElsewhere(path: PathTemplate): boolean;
  /** Whether the path's literal segments are written byte by byte as in the document. `raw` is undecoded. */
  hasExactLiterals(path: PathTemplate, raw: readonly string[]): boolean;
}

/** Makes the table. `match` takes decoded segments: the path without its first `/`, split at `/`. */
export const createPathTable = (templates: readonly PathTemplate[]): DocumentPaths => {
  const root = createNode();
  const entries = new Map(templates.map((path) => [path, createEntry(path)]));
  for (const [path, { literals }] of entries) literals.reduce(child, root).templates.push(path);
  const entryOf = (path: PathTemplate): Entry => entries.get(path) ?? createEntry(path);
  return Object.freeze({
    match: (segments: readonly string[]) => {
      const fits: PathTemplate[] = [];
      collect(root, segments, 0, fits);
      if (fits.length < 2) return fits[0];
      const winners = fits.filter((path) => fits.every((other) => dominates(entryOf(path), entryOf(other))));
      // Two winners have the same shape (`/a/{x}` and `/a/{y}`): nobody can say which one the backend means.
      return winners.length === 1 ? winners[0] : "contested";
    },
    canRenderElsewhere: (path: PathTemplate) => {
      const own = entryOf(path);
      return entries.values().some((other) => canBecome(own, other));
    },
    hasExactLiterals: (path: PathTemplate, raw: readonly string[]) => {
      const { literals, written } = entryOf(path);
      return literals.every((segment, index) => segment.length > 1 || raw[index] === written[index]);
    },
  });
};
