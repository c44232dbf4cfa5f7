// `checkrein init --openapi <file>`: drafts a backend and one contract a file from a document, to start from. It writes
// new files alone: what is there already is the author's.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, extname, join, relative, resolve, sep } from "node:path";
import { readOperations } from "../contract/document/operation.ts";
import { type OpenApiDocument, readDocument } from "../contract/document/read-document.ts";
import { chooseOperations } from "../import/choose.ts";
import { credentialOf } from "../import/credential.ts";
import { kebab, screaming } from "../import/names.ts";
import { draftContracts, type SkippedOperation } from "../import/openapi.ts";
import { writeBackend, writeContract } from "../import/write.ts";
import { readOptions } from "./options.ts";
import type { Output } from "./print.ts";
import { type LoadGenerator, types } from "./types.ts";

const OPTIONS = { openapi: "one", contracts: "one", name: "one", only: "many" } as const;

/** Exit code 0 when the drafts stand on disk, whatever was skipped. */
export const init = async (argv: readonly string[], out: Output, load?: LoadGenerator): Promise<number> => {
  const options = readOptions(argv, OPTIONS);
  if (!options.ok) return fail(out, options.problem);
  const [file] = options.values.openapi;
  if (file === undefined) return fail(out, "name the document: checkrein init --openapi <file>");
  const read = readDocument(file);
  if (!read.ok) {
    for (const { pointer, message, mend } of read.problems)
      out.write(`${file} ${pointer}: ${message}\n    mend: ${mend}\n`);
    return 1;
  }
  const [name = nameFrom(read.document)] = options.values.name;
  if (!/^[a-z][a-z0-9-]{0,63}$/.test(name))
    return fail(
      out,
      `"${name}" is not a backend name: use lower-case letters, digits and dashes, a letter first (--name)`,
    );
  const chosen = chooseOperations(readOperations(read.document), options.values.only);
  if (!chosen.ok) return fail(out, chosen.problem);
  const [contracts = process.env["CHECKREIN_CONTRACTS"] ?? "contracts"] = options.values.contracts;
  const folder = join(contracts, name);
  const credential = credentialOf(read.document.root, screaming(name));
  const credentialHeader = "header" in credential ? credential.header : undefined;
  const drafts = draftContracts(chosen.operations, { credentialHeader });
  mkdirSync(folder, { recursive: true });
  const backend = {
    name,
    document: pathFrom(folder, file),
    types: pathFrom(folder, typesOf(file)),
    root: read.document.root,
  };
  const written = writeNew(
    [
      [join(folder, "backend.ts"), writeBackend(backend)],
      ...drafts.contracts.map((draft) => [join(folder, draft.file), writeContract(draft, name)] as const),
    ],
    out,
  );
  reportSkipped(drafts.skipped, out);
  await makeTypes(file, out, load);
  const asIs = drafts.contracts.filter(({ input }) => "reason" in input).length;
  out.write(`\n${written} files written: ${drafts.contracts.length} contracts drafted, ${asIs} of them as they are.\n`);
  out.write(nextSteps(name, contracts, credential.source !== undefined ? credential.source : ""));
  return 0;
};

const fail = (out: Output, problem: string): number => {
  out.write(`${problem}\n`);
  return 1;
};

const nameFrom = ({ file, root }: OpenApiDocument): string => {
  const own = kebab(basename(file, extname(file)));
  const title: unknown = Reflect.get(Object(root["info"]), "title");
  const name = ["openapi", "swagger", "api", ""].includes(own) && typeof title === "string" ? kebab(title) : own;
  return name.replace(/^[^a-z]+/, "") || "api";
};

const typesOf = (file: string): string => `${file.slice(0, file.length - extname(file).length)}.d.ts`;

/** Imports and documents are written with `/`, and relative, on every system. */
const pathFrom = (folder: string, file: string): string => {
  const path = relative(resolve(folder), resolve(file)).split(sep).join("/");
  return path.startsWith(".") ? path : `./${path}`;
};

const writeNew = (files: readonly (readonly [file: string, text: string])[], out: Output): number => {
  let written = 0;
  for (const [file, text] of files) {
    try {
      // `wx` asks and writes in one step: a file that appears in between is not overwritten either.
      writeFileSync(file, text, { flag: "wx" });
      written += 1;
      out.write(`wrote ${file}\n`);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      out.write(`kept ${file}: it exists already\n`);
    }
  }
  return written;
};

const reportSkipped = (skipped: readonly SkippedOperation[], out: Output): void => {
  for (const { operation, reason } of skipped) out.write(`skipped ${operation}: ${reason}\n`);
};

const makeTypes = async (file: string, out: Output, load?: LoadGenerator): Promise<void> => {
  if (existsSync(typesOf(file))) out.write(`kept ${typesOf(file)}: \`checkrein types ${file}\` makes it anew\n`);
  else await (load === undefined ? types([file], out) : types([file], out, load));
};

const nextSteps = (name: string, contracts: string, credential: string): string => {
  const variables = [
    `${screaming(name)}_URL`,
    ...[...credential.matchAll(/"([A-Z0-9_]+)"\)/g)].map(([, found = ""]) => found),
  ];
  const lines = [
    "Next:",
    `  1. narrow the inputs in ${join(contracts, name)}, and delete what no agent needs`,
    `  2. checkrein check --contracts ${contracts}`,
    `  3. set ${variables.join(", ")}`,
    `  4. checkrein serve --contracts ${contracts}`,
  ];
  return `${lines.join("\n")}\n`;
};
