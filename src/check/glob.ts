// Globs of an allow list. `*` stands for anything within a segment, `**` for anything, `/**/` also for one `/`. All states
// of the match are carried along together, so that no text takes longer than its length times the glob's.

export type Match = (text: string) => boolean;

/** The author's `"*"` alone: everything, whatever it looks like. */
export const EVERYTHING = "**";

/** `any`: within a segment. `all`: across segments. `rest`: all that is left. `skip`: the next two may be left out. */
type Token = { readonly kind: "text"; readonly code: number } | { readonly kind: "any" | "all" | "rest" | "skip" };

const SLASH = 0x2f;

/** Longer ones are no names, of resources or of anything. */
export const MOST_LENGTH = 8192;

/** Of a name: no character but `/` has a meaning. */
export const compileNameGlob = (glob: string): Match => compile(glob, 0, new Set());

/** Of a URI: `?` and `#` end a path, and some servers take `\` for `/`. Only a last `**` reaches beyond them. */
export const compileUriGlob = (glob: string): Match => compile(glob, pathStart(glob), URI_ENDS);

const URI_ENDS: ReadonlySet<number> = new Set(Array.from("?#\\", (end) => end.charCodeAt(0)));

/** Before its path, `**` is `*`: `https://**.example.com/` names hosts alone. */
const pathStart = (glob: string): number => {
  const scheme = glob.indexOf("://");
  if (scheme < 0) return 0;
  const slash = glob.indexOf("/", scheme + 3);
  return slash < 0 ? glob.length : slash;
};

const readTokens = (glob: string, path: number): readonly Token[] => {
  const tokens: Token[] = [];
  for (const [text, index] of partsOf(glob)) {
    if (!text.startsWith("*")) for (let at = 0; at < text.length; at += 1) tokens.push(literal(text, at));
    else tokens.push(...wildcard(glob, index, text.length, path));
  }
  return tokens;
};

const partsOf = (glob: string): (readonly [text: string, index: number])[] =>
  Array.from(glob.matchAll(/\*+|[^*]+/g), (found) => [found[0], found.index]);

const literal = (text: string, at: number): Token => ({ kind: "text", code: text.charCodeAt(at) });

const wildcard = (glob: string, index: number, length: number, path: number): readonly Token[] => {
  if (length === 1) return [{ kind: "any" }];
  const end = index + length;
  if (end === glob.length) return [{ kind: "rest" }];
  if (index < path) return [{ kind: "any" }];
  return glob[index - 1] === "/" && glob[end] === "/" ? [{ kind: "skip" }, { kind: "all" }] : [{ kind: "all" }];
};

const compile = (glob: string, path: number, ends: ReadonlySet<number>): Match => {
  const tokens = readTokens(glob, path);
  const last = tokens.length;
  const takes = (token: Token, code: number): boolean =>
    token.kind === "rest" || (!ends.has(code) && (token.kind === "all" || (token.kind === "any" && code !== SLASH)));

  const enter = (states: Set<number>, at: number): void => {
    states.add(at);
    const kind = tokens[at]?.kind ?? "text";
    if (kind === "skip") enter(states, at + 3);
    if (kind !== "text") enter(states, at + 1);
  };

  const step = (states: ReadonlySet<number>, code: number): Set<number> => {
    const next = new Set<number>();
    for (const at of states) {
      const token = tokens[at];
      if (token === undefined) continue;
      if (token.kind === "text" ? token.code === code : takes(token, code))
        enter(next, token.kind === "text" ? at + 1 : at);
    }
    return next;
  };

  // Most globs are a base and `**`: no states are needed for what is plain text, nor for what may be anything.
  const prefix = /^[^*]*/.exec(glob)?.[0] ?? "";
  const rest = tokens[last - 1]?.kind === "rest" ? last - 1 : -1;
  return (text) => {
    if (text.length > MOST_LENGTH || !text.startsWith(prefix)) return false;
    let states = new Set<number>();
    enter(states, prefix.length);
    for (let at = prefix.length; at < text.length && states.size > 0; at += 1) {
      if (states.has(rest)) return true;
      states = step(states, text.charCodeAt(at));
    }
    return states.has(last);
  };
};
