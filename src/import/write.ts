// Drafts as the text of TypeScript files. Every text of the document goes through `quote` or stands in a one-line comment
// without line ends: a document can never write code.
import { isOwnPath } from "../contract/load/own-path.ts";
import type { CredentialDraft } from "./credential.ts";
import { camel, screaming } from "./names.ts";
import type { ContractDraft } from "./openapi.ts";
import { memberKey, quote } from "./zod-source.ts";

const MAX_DESCRIPTION = 1000;

/** Names that a contract file or the language has already. */
const TAKEN: ReadonlySet<string> = new Set(
  (
    "z defineContract defineMcpBackend defineRestBackend env secret bearer basic header paths secretField await break case catch class const " +
    "continue debugger default delete do else enum export extends false finally for function if implements import in " +
    "instanceof interface let new null package private protected public return static super switch this throw true try " +
    "typeof var void while with yield arguments eval"
  ).split(" "),
);

/** The backend's constant: a name that no word of the language is. */
export const constantOf = (name: string): string => {
  const constant = camel(name);
  return TAKEN.has(constant) ? `${constant}Backend` : constant;
};

export const comment = (text: string): string => `// ${text.replaceAll(/\s+/g, " ")}`;

interface BackendDraft {
  readonly name: string;
  /** Both relative to the file that is written, with `/`. */
  readonly document: string;
  readonly types: string;
  readonly credential: CredentialDraft;
}

/** The variable that holds the backend's address. */
export const urlVariable = (name: string): string => `${screaming(name)}_URL`;

export const writeBackend = ({ name, document, types, credential }: BackendDraft): string => {
  const { form } = credential;
  const imports = ["defineRestBackend", "env", ...credential.imports].sort();
  const lines = [
    `import { ${imports.join(", ")} } from "checkrein";`,
    `import type { paths } from ${JSON.stringify(types)};`,
    "",
    `export const ${constantOf(name)} = defineRestBackend<paths>({`,
    `  name: ${quote(name)},`,
    `  document: ${JSON.stringify(document)},`,
    `  url: env(${quote(urlVariable(name))}),`,
    "why" in form ? `  ${comment(form.why)}` : `  credential: ${form.source},`,
    ...(isOwnPath(name) ? [`  mount: ${quote(`/${name}-api`)},`] : []),
    "});",
    "",
  ];
  return lines.join("\n");
};

export const writeContract = (draft: ContractDraft, backend: string): string => {
  const { input, map, effect } = draft;
  const constant = constantOf(backend);
  const lines = [
    `import { ${imports(input).join(", ")} } from "checkrein";`,
    `import { ${constant} } from "./backend.ts";`,
    "",
    "export default defineContract({",
    `  tool: ${quote(draft.tool)},`,
    `  description: ${quote(draft.description, MAX_DESCRIPTION)},`,
    `  operation: ${constant}.${draft.method.toLowerCase()}(${JSON.stringify(draft.template)}),`,
    ...inputLines(input),
    ...(map.length > 0
      ? [`  map: { ${map.map(([from, to]) => `${memberKey(from)}: ${JSON.stringify(to)}`).join(", ")} },`]
      : []),
    `  effect: "${effect}", ${comment(`as ${draft.method} suggests; read, write or destructive`)}`,
    "});",
    "",
  ];
  return lines.join("\n");
};

/** What a contract of this input takes from checkrein. */
export const imports = (input: ContractDraft["input"] | undefined): readonly string[] => {
  const source = input !== undefined && "source" in input ? input.source : "";
  const needs = [...(source.includes("secretField(") ? ["secretField"] : []), ...(source.includes("z.") ? ["z"] : [])];
  return ["defineContract", ...needs];
};

export const inputLines = (input: ContractDraft["input"]): readonly string[] =>
  "reason" in input
    ? [`  ${comment(`no input: exposed as it is, because ${input.reason}`)}`]
    : [...input.notes.map((note) => `  ${comment(note)}`), `  input: ${indent(input.source)},`];

/** Two spaces a level. The text has line ends only where an object opens, closes or lists its members. */
const indent = (source: string): string => {
  let level = 1;
  return source
    .split("\n")
    .map((line, index) => {
      if (line.startsWith("}")) level -= 1;
      const indented = index === 0 ? line : `${"  ".repeat(level)}${line}`;
      if (line.endsWith("({")) level += 1;
      return indented;
    })
    .join("\n");
};
