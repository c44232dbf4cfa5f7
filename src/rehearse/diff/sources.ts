// What a function uses beside its arguments is not in its text: names that its file declares or imports. Where such a name is
// used, two equal texts mean the same only if those files are the same, too. Packages are taken to be the same.
import { readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import type { Contract } from "../../contract/contract.ts";
import { type Pair, mapPair } from "./finding.ts";

/** Of two equal texts of functions: a name in them that may mean something else now. `undefined` text: all names. */
export type ChangedName = (text: string | undefined) => string | undefined;

export const createChangedName = (contracts: Pair<Contract>): ChangedName => {
  const read = mapPair(contracts, ({ file }) => readModules(file));
  const { old, now } = mapPair(read, textsOf);
  const isSame = old === now;
  const declared = new Set([...read.old.values(), ...read.now.values()].flatMap(namesDeclared));
  return (text) => {
    if (isSame) return undefined;
    return text === undefined ? "something" : namesUsed(text).find((name) => declared.has(name));
  };
};

/** The file and all that it imports by a relative path, types apart: paths from the first one's folder, with their texts. */
const readModules = (file: string): ReadonlyMap<string, string> => {
  const texts = new Map<string, string>();
  const waiting = [resolve(file)];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const name = relative(dirname(file), path);
    if (texts.has(name)) continue;
    const text = readText(path);
    texts.set(name, text);
    const from = dirname(path);
    waiting.push(...[...text.matchAll(IMPORT)].map(([, specifier = ""]) => resolve(from, specifier)));
  }
  return texts;
};

const IMPORT = /\b(?:import|export)\b\s*(?!type\b)[^;'"]*?["'](\.{1,2}\/[^"']+)["']/g;

/** A file that was read a moment ago as a module. What cannot be read any more is no text that equals another. */
const readText = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return path;
  }
};

const textsOf = (modules: ReadonlyMap<string, string>): string =>
  JSON.stringify([...modules].toSorted(([one], [other]) => (one < other ? -1 : 1)));

const NAME = /[\p{ID_Start}$_][\p{ID_Continue}$]*/gu;

/** Names outside of texts and comments that are no members: `a` and `c` of `a.b[c]`. */
const namesUsed = (text: string): readonly string[] => {
  const bare = text.replaceAll(QUOTED, " ").replaceAll(/(?<!\.)\.\s*[\p{ID_Start}$_][\p{ID_Continue}$]*/gu, " ");
  return bare.match(NAME) ?? [];
};

/** Texts without anything put into them, and comments. */
const QUOTED = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;

/** Declared where no bracket is open, taken apart anywhere, and imported from files beside. */
const namesDeclared = (text: string): readonly string[] => {
  const plain = text.replaceAll(QUOTED, " ");
  const found = [...text.matchAll(FROM_BESIDE), ...plain.matchAll(TAKEN_APART), ...outermost(plain).matchAll(DECLARED)];
  return found.flatMap(([, names = "", other = ""]) => `${names} ${other}`.match(NAME) ?? []);
};

const FROM_BESIDE = /\bimport\s+(?!type\b)([^;'"]*?)\bfrom\s*["']\.{1,2}\//g;
const TAKEN_APART = /\b(?:const|let|var)\s*([{[][^=]*)=/g;
/** `a = …`, also with a type, `let a`, `function a`, `class a`. */
const DECLARED =
  /\b(?:let|var|function\s*\*?|class)\s+([\p{ID_Start}$_][\p{ID_Continue}$]*)|([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*(?::[^=;]*)?=(?![=>])/gu;

/** The text without what stands in brackets. A pattern or a template may hold any bracket: then all of it. */
const outermost = (text: string): string => {
  if (/[`]|\/[^\n/]+\//.test(text)) return text;
  let whole = text;
  for (let inner = ""; inner !== whole;) {
    inner = whole;
    whole = inner.replaceAll(/\([^(){}[\]]*\)|\[[^(){}[\]]*\]|\{[^(){}[\]]*\}/g, " ");
  }
  return whole;
};
