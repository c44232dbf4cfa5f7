// Drafts of MCP tools as the text of TypeScript files. Every text of the server goes through `quote` or a one-line comment, and
// hidden letters are written out, where a literal means the same: a server can never write code, nor hide words in it.
import { replaceHidden } from "../contract/lock/visible.ts";
import type { ToolDraft } from "./mcp.ts";
import { comment, constantOf, imports, inputLines, urlVariable } from "./write.ts";
import { quote } from "./zod-source.ts";

const MAX_DESCRIPTION = 4000;

/** A server that runs, or the words of a command that starts one. */
export type ServerDraft =
  | {
      readonly kind: "http";
      /** The variable that holds the token, where the server wants one. */
      readonly bearer: string | undefined;
    }
  | {
      readonly kind: "stdio";
      readonly command: readonly string[];
      /** Variables that the child is given, each under its own name. */
      readonly variables: readonly string[];
    };

const escapeHidden = (text: string): string => replaceHidden(text, (code) => `\\u{${code.toString(16)}}`);

export const writeMcpBackend = (name: string, server: ServerDraft): string => {
  const { needs, lines } = server.kind === "http" ? httpLines(name, server.bearer) : stdioLines(server);
  const text = [
    `import { ${["defineMcpBackend", ...needs].sort().join(", ")} } from "checkrein";`,
    "",
    `export const ${constantOf(name)} = defineMcpBackend({`,
    `  name: ${quote(name)},`,
    ...lines,
    "});",
    "",
  ];
  return escapeHidden(text.join("\n"));
};

interface ServerLines {
  readonly needs: readonly string[];
  readonly lines: readonly string[];
}

const httpLines = (name: string, token: string | undefined): ServerLines => ({
  needs: token === undefined ? ["env"] : ["bearer", "env", "secret"],
  lines: [
    `  url: env(${quote(urlVariable(name))}),`,
    ...(token === undefined ? [] : [`  credential: bearer(secret(${JSON.stringify(token)})),`]),
  ],
});

const stdioLines = ({ command, variables }: Extract<ServerDraft, { readonly kind: "stdio" }>): ServerLines => {
  const given = variables.map((name) => `${JSON.stringify(name)}: secret(${JSON.stringify(name)})`);
  return {
    needs: given.length === 0 ? [] : ["secret"],
    lines: [
      `  command: [${command.map((word) => JSON.stringify(word)).join(", ")}],`,
      ...(given.length === 0 ? [] : [`  environment: { ${given.join(", ")} },`]),
    ],
  };
};

export const writeToolContract = (draft: ToolDraft, backend: string): string => {
  const { tool, server, description, input } = draft;
  const constant = constantOf(backend);
  return escapeHidden(
    [
      `import { ${imports(input).join(", ")} } from "checkrein";`,
      `import { ${constant} } from "./backend.ts";`,
      "",
      "export default defineContract({",
      `  tool: ${quote(tool)},`,
      ...(description === undefined ? [] : [`  description: ${quote(description, MAX_DESCRIPTION)},`]),
      `  operation: ${constant}.tool(${JSON.stringify(server)}),`,
      ...(input === undefined ? [] : inputLines(input)),
      `  effect: "destructive", ${comment("or read, or write: you decide, whatever the server says of itself")}`,
      "});",
      "",
    ].join("\n"),
  );
};
