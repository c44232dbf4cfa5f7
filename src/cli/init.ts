// `checkrein init --openapi <file>`: drafts a backend and one contract a file from a document, to start from. It writes
// new files alone: what is there already is the author's. `--mcp` is another command in the same words.
import { existsSync } from "node:fs";
import { basename, extname, join, relative, resolve, sep } from "node:path";
import { readOperations } from "../contract/document/operation.ts";
import { type OpenApiDocument, readDocument } from "../contract/document/read-document.ts";
import { isBackendName } from "../contract/load/declaration.ts";
import { chooseOperations } from "../import/choose.ts";
import { type CredentialDraft, credentialOf } from "../import/credential.ts";
import { kebab, screaming } from "../import/names.ts";
import { type Drafts, draftContracts } from "../import/openapi.ts";
import { urlVariable, writeBackend, writeContract } from "../import/write.ts";
import { initMcp } from "./init-mcp.ts";
import { NAME_RULE, writeFiles } from "./new-files.ts";
import { contractsFolder, readOptionsAlone } from "./options.ts";
import { type Output, fail, failUsage } from "./print.ts";
import { type LoadGenerator, types, typesFileOf } from "./types.ts";

const OPTIONS = { openapi: "one", contracts: "one", name: "one", only: "many" } as const;

/** Exit code 0 when the drafts stand on disk, whatever was skipped; 2 for an option that is missing or wrong. */
export const init = async (argv: readonly string[], out: Output, load?: LoadGenerator): Promise<number> => {
  if (argv.some((word) => word === "--mcp" || word.startsWith("--mcp="))) return initMcp(argv, out);
  const options = readOptionsAlone(argv, OPTIONS);
  if (!options.ok) return failUsage(out, options.problem);
  const { openapi, contracts, name: names, only } = options.values;
  const [file] = openapi;
  if (file === undefined)
    return failUsage(
      out,
      "name what to draft from: checkrein init --openapi <file>, or checkrein init --mcp <url or command>",
    );
  const read = readDocument(file);
  if (!read.ok) {
    const told = read.problems.map(({ pointer, message, mend }) => `${file} ${pointer}: ${message}\n    mend: ${mend}`);
    return fail(out, told.join("\n"));
  }
  const { document } = read;
  const [name = nameFrom(document)] = names;
  if (!isBackendName(name)) return failUsage(out, `"${name}" is not a backend name: ${NAME_RULE} (--name)`);
  const chosen = chooseOperations(readOperations(document), only);
  if (!chosen.ok) return fail(out, chosen.problem);
  const credential = credentialOf(document.root, screaming(name));
  const credentialHeader = "header" in credential.form ? credential.form.header : undefined;
  const drafts = draftContracts(chosen.operations, { credentialHeader });
  const plan = { file, name, contracts: contractsFolder(contracts), credential, drafts };
  const written = writeDrafts(plan, out);
  await makeTypes(file, out, load);
  out.write(summaryOf(plan, written));
  return 0;
};

const nameFrom = ({ file, root }: OpenApiDocument): string => {
  const own = kebab(basename(file, extname(file)));
  const title: unknown = Reflect.get(Object(root["info"]), "title");
  const name = ["openapi", "swagger", "api", ""].includes(own) && typeof title === "string" ? kebab(title) : own;
  return name.replace(/^[^a-z]+/, "") || "api";
};

interface Plan {
  readonly file: string;
  readonly name: string;
  /** The folder of all contracts; the drafts go into one of the backend's name. */
  readonly contracts: string;
  readonly credential: CredentialDraft;
  readonly drafts: Drafts;
}

/** How many files are new. */
const writeDrafts = ({ file, name, contracts, credential, drafts }: Plan, out: Output): number => {
  const folder = join(contracts, name);
  const types = pathFrom(folder, typesFileOf(file));
  const backend = writeBackend({ name, document: pathFrom(folder, file), types, credential });
  const texts = drafts.contracts.map((draft) => [draft.file, writeContract(draft, name)] as const);
  const written = writeFiles(folder, [["backend.ts", backend], ...texts], out);
  for (const { operation, reason } of drafts.skipped) out.write(`skipped ${operation}: ${reason}\n`);
  return written;
};

/** Imports and documents are written with `/`, and relative, on every system. */
const pathFrom = (folder: string, file: string): string => {
  const path = relative(resolve(folder), resolve(file)).split(sep).join("/");
  return path.startsWith(".") ? path : `./${path}`;
};

const makeTypes = async (file: string, out: Output, load?: LoadGenerator): Promise<void> => {
  const made = typesFileOf(file);
  if (existsSync(made)) out.write(`kept ${made}: \`checkrein types ${file}\` makes it anew\n`);
  else await (load === undefined ? types([file], out) : types([file], out, load));
};

const summaryOf = ({ name, contracts, credential, drafts }: Plan, written: number): string => {
  const asIs = drafts.contracts.filter(({ input }) => "reason" in input).length;
  const lines = [
    "",
    `${written} files written: ${drafts.contracts.length} contracts drafted, ${asIs} of them as they are.`,
    "Next:",
    `  1. narrow the inputs in ${join(contracts, name)}, and delete what no agent needs`,
    `  2. checkrein check --contracts ${contracts}`,
    `  3. set ${[urlVariable(name), ...credential.variables].join(", ")}`,
    `  4. checkrein serve --contracts ${contracts} --anonymous true (agents of this machine; docs/CONTRACTS.md has callers with keys)`,
  ];
  return `${lines.join("\n")}\n`;
};
