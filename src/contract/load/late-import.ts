// A function that imports an author's file only when it runs would get what that file has by then, of whichever set. So that is
// refused: where it is written out, as the file is loaded, and in every case when it happens.

/** Not at the top of its file. */
export class LateImport extends Error {
  /** Of the file that has it. */
  readonly path: string;
  constructor(path: string, specifier: string) {
    super(`${JSON.stringify(specifier)} is imported only when a function runs, and may be another version's by then`);
    this.path = path;
  }
}

/** What `import()` is written like where a value is meant: `import("./a.ts").A` may be a type. Comments and texts are no code. */
const TOKENS = new RegExp(
  [
    /\/\*[^]*?\*\/|\/\/.*/,
    /(?:\bawait|\breturn|=>)\s*import\s*\(\s*(["'`])(?<specifier>(?:\.{0,2}\/|file:)[^"'`$]*)\1\s*(?:,|\)(?!\s*\.(?!then|catch|finally)))/,
    /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[^])*`/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "g",
);

/** Specifiers of files that this text imports in its course. What is not seen here is refused when it happens. */
export const importsInCourse = (text: string): readonly string[] =>
  /\bimport\s*\(/.test(text) ? [...text.matchAll(TOKENS)].flatMap(({ groups }) => groups?.["specifier"] ?? []) : [];
