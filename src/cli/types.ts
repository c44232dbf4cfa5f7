// `checkrein types [--check] [files…]`: the TypeScript types of OpenAPI documents, written beside them, so that contracts
// are checked by the compiler. openapi-typescript and the compiler are the author's tools, not the sidecar's: they are
// imported only here and only when asked for.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import type { JsonValue } from "../call.ts";
import { readDocument } from "../contract/document/read-document.ts";
import { readOptions } from "./options.ts";
import { type Output, fail, failUsage } from "./print.ts";

/** Makes the types of one document, or says why not. */
export type Generate = (document: JsonValue) => Promise<string>;

/** Undefined when the packages are not installed. */
export type LoadGenerator = () => Promise<Generate | undefined>;

type Made = { readonly file: string; readonly text: string } | { readonly problem: string };

const documentEnding = /\.(?:ya?ml|json)$/;

/** Exit code 0 when all types are written, or with `--check` when all are fresh; 2 for an option that is wrong. */
export const types = async (
  argv: readonly string[],
  out: Output,
  load: LoadGenerator = loadGenerator,
): Promise<number> => {
  const options = readOptions(argv, { check: "flag" });
  if (!options.ok) return failUsage(out, options.problem);
  const { values, words } = options;
  const documents = words.length > 0 ? words : findDocuments("openapi");
  if (documents.length === 0)
    return fail(out, "no OpenAPI document in openapi/: name one, as in checkrein types api.yaml");
  const clash = findClash(documents);
  if (clash !== undefined) return fail(out, clash);
  const generate = await load();
  if (generate === undefined)
    return fail(
      out,
      "openapi-typescript is not installed: run npm install --save-dev openapi-typescript typescript@5.9",
    );
  const made = [];
  for (const document of documents) made.push(await make(document, generate));
  return values.check ? checkAll(made, words, out) : writeAll(made, out);
};

const findDocuments = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => documentEnding.test(name))
        .sort()
        .map((name) => join(folder, name))
    : [];

/** The types stand beside their document. */
export const typesFileOf = (document: string): string =>
  `${document.slice(0, document.length - extname(document).length)}.d.ts`;

/** `shop.yaml` and `shop.json` would overwrite each other's types. */
const findClash = (documents: readonly string[]): string | undefined => {
  const owners = new Map<string, string>();
  for (const document of documents) {
    const file = typesFileOf(document);
    const owner = owners.get(file);
    if (owner !== undefined && owner !== document)
      return `${owner} and ${document} would both become ${file}: rename one`;
    owners.set(file, document);
  }
  return undefined;
};

const make = async (document: string, generate: Generate): Promise<Made> => {
  const read = readDocument(document);
  if (!read.ok)
    return {
      problem: read.problems
        .map(({ pointer, message, mend }) => `${document} ${pointer}: ${message}; ${mend}`)
        .join("\n"),
    };
  const remote = findRemote(read.document.root);
  if (remote !== undefined) {
    return {
      problem: `${document}: $ref "${remote}" points outside of the document, and nothing is fetched: copy its target into components`,
    };
  }
  try {
    const text = await generate(withoutRequiredChoices(read.document.root));
    return {
      file: typesFileOf(document),
      text: `// made by \`checkrein types\` from ${basename(document)}; do not edit\n${text}`,
    };
  } catch (error) {
    return {
      problem: `${document}: openapi-typescript cannot read it: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
};

/** openapi-typescript would fetch it; the sidecar never does, and load refuses it. */
const findRemote = (value: JsonValue): string | undefined => {
  if (typeof value !== "object" || value === null) return undefined;
  for (const [name, member] of Object.entries(value)) {
    if (name === "$ref" && typeof member === "string" && !member.startsWith("#")) return member;
    const inside = findRemote(member);
    if (inside !== undefined) return inside;
  }
  return undefined;
};

/**
 * `anyOf: [{ required: [a] }, { required: [b] }]` turns a whole object into `unknown` in openapi-typescript, and says
 * nothing that a type could say. Load enforces it.
 */
export const withoutRequiredChoices = (value: JsonValue): JsonValue => {
  if (typeof value !== "object" || value === null) return value;
  if (isList(value)) return value.map(withoutRequiredChoices);
  const kept = Object.entries(value).filter(
    ([name, member]) => !((name === "anyOf" || name === "oneOf") && isRequiredChoice(member)),
  );
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutRequiredChoices(member)]));
};

/** `Array.isArray` alone does not narrow readonly lists. */
const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);

const isRequiredChoice = (branches: JsonValue): boolean =>
  isList(branches) &&
  branches.length > 0 &&
  branches.every(
    (branch) => typeof branch === "object" && branch !== null && Object.keys(branch).join() === "required",
  );

const writeAll = (all: readonly Made[], out: Output): number => {
  let code = 0;
  for (const made of all) {
    if ("problem" in made) code = fail(out, made.problem);
    else if (!isFresh(made)) {
      writeFileSync(made.file, made.text);
      out.write(`wrote ${made.file}\n`);
    } else out.write(`${made.file} is up to date\n`);
  }
  return code;
};

const isFresh = ({ file, text }: { readonly file: string; readonly text: string }): boolean =>
  existsSync(file) && readFileSync(file, "utf8") === text;

const checkAll = (all: readonly Made[], named: readonly string[], out: Output): number => {
  const problems = all.flatMap((made) => ("problem" in made ? [made.problem] : []));
  const stale = all.flatMap((made) => ("file" in made && !isFresh(made) ? [`${made.file} is not up to date`] : []));
  const mend = stale.length > 0 ? [`run: ${["checkrein types", ...named].join(" ")}`] : [];
  return problems.length + stale.length > 0 ? fail(out, [...problems, ...stale, ...mend].join("\n")) : 0;
};

const isMissingPackage = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";

/**
 * `defaultNonNullable: false`: a member with a default may be left out of a request; as openapi-typescript has it, the
 * compiler would require it.
 */
const loadGenerator: LoadGenerator = async () => {
  try {
    const { default: openapiTS, astToString } = await import("openapi-typescript");
    return async (document) =>
      // The document is JSON of OpenAPI's shape; openapi-typescript checks it itself.
      astToString(
        await openapiTS(document as unknown as Parameters<typeof openapiTS>[0], {
          silent: true,
          defaultNonNullable: false,
        }),
      );
  } catch (error) {
    if (isMissingPackage(error)) return undefined;
    throw error;
  }
};
