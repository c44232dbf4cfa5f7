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

const IMPORT = /\b(?:import|export)\s+(?!type\b)[^;'"]*?["'](\.{1,2}\/[^"']+)["']/g;

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

/** Declared where no bracket is open, and imported from files beside. */
const namesDeclared = (text: string): readonly string[] => {
  const imported = [...text.matchAll(/\bimport\s+(?!type\b)([^;'"]*?)\bfrom\s*["']\.{1,2}\//g)].map(
    ([, names = ""]) => names,
  );
  return [...imported, ...outermost(text)].flatMap((part) => part.match(NAME) ?? []);
};

const DECLARATION = /\b(?:const|let|var|function\s*\*?|class)\s+(?:[{[][^=]*|[\p{ID_Start}$_][\p{ID_Continue}$]*)/gu;

/** Where brackets cannot be counted, for a pattern or a template may hold any, every declaration counts. */
const outermost = (text: string): readonly string[] => {
  const plain = text.replaceAll(QUOTED, (quoted) => " ".repeat(quoted.length));
  const all = [...plain.matchAll(DECLARATION)];
  const isBalanced = depthOf(plain) === 0 && !/[`]|\/[^\n/]+\//.test(plain);
  const outer = isBalanced ? all.filter(({ index }) => depthOf(plain.slice(0, index)) === 0) : all;
  return outer.map(([declaration]) => declaration.replace(/^\S+\s+/, ""));
};

const depthOf = (text: string): number => (text.match(/[{[(]/g)?.length ?? 0) - (text.match(/[}\])]/g)?.length ?? 0);
