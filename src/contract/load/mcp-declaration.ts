// What an MCP backend declares: judged by what the author wrote, so that nothing is left out in silence. An allow list opens
// a way around contracts: a misspelt or empty entry of it must not look like one that works.
import { isJsonObject } from "../../call.ts";
import { isAbsolute } from "node:path";
import type { McpBackendDeclaration, McpServer } from "../contract.ts";
import { mcpBackendOptions, writtenOptions } from "../define-mcp-backend.ts";
import { member } from "../document/reference.ts";
import {
  type Report,
  checkBounds,
  checkCredential,
  checkName,
  checkNetwork,
  checkReference,
  checkUrl,
} from "./declaration.ts";
import { unknownMember } from "./shape.ts";

const OF_HTTP = ["url", "credential", "networks", "connectTimeoutMs", "maxConnections"] as const;
const OF_STDIO = ["command", "directory", "environment"] as const;

export const checkMcpDeclaration = (declaration: McpBackendDeclaration, report: Report): void => {
  const written = writtenOptions(declaration);
  checkMembers(written, "a backend", "", mcpBackendOptions, report);
  const { name, server, deadlineMs, maxResponseBytes } = declaration;
  checkName(name, report);
  checkBounds({ deadlineMs, maxResponseBytes }, report);
  checkOneServer(written, report);
  if (server.kind === "http") checkHttp(server, report);
  else checkStdio(server, report);
  checkAllow(member(written, "allow"), report);
};

const checkMembers = (
  written: object,
  whole: string,
  prefix: string,
  known: readonly string[],
  report: Report,
): void => {
  for (const name of Object.keys(written).filter((one) => !known.includes(one))) {
    const { message, mend } = unknownMember(name, whole, known);
    report(`${prefix}${name}`, message, mend);
  }
};

/** A server has an address or is started, and what belongs to the other way means nothing. */
const checkOneServer = (written: object, report: Report): void => {
  const has = (name: string): boolean => member(written, name) !== undefined;
  if (has("url") === has("command"))
    return report(
      "url",
      has("url") ? "there is a url beside a command" : "there is neither a url nor a command",
      'write url: env("NAME") for a server that runs, or command: ["program", …] for one that is started',
    );
  const [own, others] = has("url") ? (["url", OF_STDIO] as const) : (["command", OF_HTTP] as const);
  for (const name of others) if (has(name)) report(name, `${name} has no meaning beside ${own}`, `leave ${name} out`);
};

const checkHttp = (server: Extract<McpServer, { readonly kind: "http" }>, report: Report): void => {
  const { url, credential, networks, connectTimeoutMs, maxConnections } = server;
  if (url !== undefined) checkUrl(url, report);
  if (credential !== undefined) checkCredential(credential, report);
  checkBounds({ connectTimeoutMs, maxConnections }, report);
  const ranges: unknown = networks ?? [];
  if (!Array.isArray(ranges)) return report("networks", "is not a list of networks", 'write networks: ["10.0.0.0/8"]');
  for (const network of ranges) checkNetwork(network, report);
};

const checkStdio = (server: Extract<McpServer, { readonly kind: "stdio" }>, report: Report): void => {
  const { command, directory, environment } = server;
  if (!isCommand(command))
    report("command", "is not a program with its arguments", 'write command: ["npx", "some-server", "/data"]');
  if (directory !== undefined && (typeof directory !== "string" || !isAbsolute(directory) || directory.includes("\0")))
    report("directory", `"${String(directory)}" is not an absolute path`, "write it from the root, or leave it out");
  for (const [name, value] of Object.entries(environment)) {
    const place = `environment.${name}`;
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      report(place, `"${name}" is not the name of a variable`, "use letters, digits and _, no digit first");
    if (typeof value !== "string") checkReference(place, value, report);
    else if (value.includes("\0")) report(place, "has a NUL in it", "take it out");
  }
};

const isCommand = (command: unknown): boolean => {
  if (!Array.isArray(command) || command.length === 0 || command[0] === "") return false;
  return command.every((word) => typeof word === "string" && !word.includes("\0"));
};

const LISTS = ["resources", "prompts"] as const;
const SWITCHES = ["completion", "logging", "elicitation", "sampling", "roots", "subscriptions"] as const;

const checkAllow = (allow: unknown, report: Report): void => {
  if (allow === undefined) return;
  if (!isJsonObject(allow))
    return report("allow", "is not an object of what passes", 'write allow: { resources: ["file:///docs/**"] }');
  checkMembers(allow, "an allow list", "allow.", [...LISTS, ...SWITCHES], report);
  for (const name of LISTS) checkGlobs(`allow.${name}`, allow[name], report);
  for (const name of SWITCHES)
    if (allow[name] !== undefined && typeof allow[name] !== "boolean")
      report(`allow.${name}`, "is neither true nor false", `write ${name}: true, or leave it out`);
};

const checkGlobs = (place: string, list: unknown, report: Report): void => {
  if (list === undefined || list === "*") return;
  if (!Array.isArray(list)) return report(place, 'is neither a list of patterns nor "*"', `write ["…/**"] or "*"`);
  for (const glob of list)
    if (typeof glob !== "string" || glob.trim() === "" || /[\p{Cc}]/u.test(glob))
      report(
        place,
        `${JSON.stringify(glob) ?? String(glob)} is not a pattern`,
        "write a name or URI; * stands for a part of one, ** for any text",
      );
};
