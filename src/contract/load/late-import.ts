// A function that imports an author's file only when it runs would get what that file has by then, of whichever set. So that is
// refused: where it is written such that only a function can hold it, as the file is loaded, and in
// every case when it happens.

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
    /(?:(?<before>\breturn|=>)\s*(?:\(\s*)?(?:await\s+)?)?(?<!typeof\s+)\bimport\s*\(\s*(["'`])(?<specifier>(?:\.{0,2}\/|file:)[^"'`$]*)\2\s*(?:,|\)(?!\s*\.(?!then|catch|finally)))/,
    /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[^])*`/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "g",
);

export interface CourseImport {
  readonly specifier: string;
  /** What comes before it stands in functions alone. */
  readonly isInFunction: boolean;
}

/** What this text imports in its course, of files. What is not seen here is refused when it happens. */
export const importsInCourse = (text: string): readonly CourseImport[] => {
  if (!/\bimport\s*\(/.test(text)) return [];
  return [...text.matchAll(TOKENS)].flatMap(({ groups: { specifier, before } = {} }) =>
    specifier === undefined ? [] : { specifier, isInFunction: before !== undefined },
  );
};
