// The lock as it stands beside the contracts, read strictly: two readings of it must not exist, and an entry whose hash is
// not that of its definition was written by nobody who looked at the server.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isScalar, parseDocument, visit } from "yaml";
import { type JsonValue, isJsonObject } from "../../call.ts";
import { parseStrictJson } from "../../json/strict-json.ts";
import type { LoadProblem, ToolDefinition } from "../contract.ts";
import { entriesOf, member } from "../document/reference.ts";
import { hashOf } from "./definition.ts";
import { LOCK_FILE, LOCK_VERSION, type Lock } from "./lock.ts";
import { visible } from "./visible.ts";

interface ReadLock {
  /** Entries without problems. */
  readonly lock: Lock;
  readonly problems: readonly LoadProblem[];
  /** False when the file as a whole cannot be used: nothing may be written in its place. */
  readonly isReadable: boolean;
}

const RESTORE =
  "restore the file from version control, or take the server's tools as they are with `checkrein lock --accept`";
const ANEW = "restore the file from version control, or delete it and run `checkrein lock`";

/** No file is an empty lock. `readText`: of a file that was read already. */
export const readLock = (folder: string, readText?: () => Uint8Array): ReadLock => {
  const file = join(folder, LOCK_FILE);
  const refused = (place: string, message: string, mend: string): ReadLock => ({
    lock: new Map(),
    problems: [{ file, place, message, mend }],
    isReadable: false,
  });
  const read = readYaml(readText ?? (() => readFileSync(file)));
  if (read === undefined) return { lock: new Map(), problems: [], isReadable: true };
  if ("trouble" in read) return refused("lock", `the lock cannot be read: ${read.trouble}`, ANEW);
  const { value } = read;
  const version = member(value, "version");
  if (version !== LOCK_VERSION)
    return refused(
      "version",
      `the lock is of version ${JSON.stringify(version ?? null)}, and this checkrein reads ${LOCK_VERSION}`,
      "use the checkrein that made it, or delete it and run `checkrein lock`",
    );
  const backends = member(value, "backends");
  const unknown = entriesOf(value).find(([name]) => name !== "version" && name !== "backends");
  if (unknown !== undefined) return refused(visible(unknown[0]), "a lock has no such member", ANEW);
  if (!isJsonObject(backends) || !Object.values(backends).every(isJsonObject))
    return refused("backends", "is not an object of backends with their tools", ANEW);
  return readBackends(file, entriesOf(backends));
};

const readBackends = (file: string, backends: readonly (readonly [string, unknown])[]): ReadLock => {
  const problems: LoadProblem[] = [];
  const lock = new Map<string, ReadonlyMap<string, ToolDefinition>>();
  for (const [backend, tools] of backends) {
    const definitions = new Map<string, ToolDefinition>();
    for (const [tool, entry] of entriesOf(tools)) {
      const read = readEntry(tool, entry);
      if (typeof read === "string")
        problems.push({ file, place: `backends.${visible(backend)}.${visible(tool)}`, message: read, mend: RESTORE });
      else definitions.set(tool, read);
    }
    lock.set(backend, definitions);
  }
  return { lock, problems, isReadable: true };
};

const MEMBERS: ReadonlySet<string> = new Set(["hash", "description", "inputSchema", "outputSchema"]);

/** The definition, or what is wrong with the entry. */
const readEntry = (name: string, entry: unknown): ToolDefinition | string => {
  const unknown = entriesOf(entry).find(([key]) => !MEMBERS.has(key));
  if (unknown !== undefined) return `a locked tool has no ${visible(unknown[0])}`;
  const [description, inputSchema] = [member(entry, "description"), member(entry, "inputSchema")];
  const outputSchema = member(entry, "outputSchema");
  if (!isJsonObject(inputSchema)) return "there is no inputSchema";
  if (description !== undefined && typeof description !== "string") return "the description is no text";
  if (outputSchema !== undefined && !isJsonObject(outputSchema)) return "the outputSchema is no object";
  const definition: ToolDefinition = { name, description, inputSchema, outputSchema };
  return member(entry, "hash") === hashOf(definition)
    ? Object.freeze(definition)
    : "the hash does not belong to this definition: one of the two was changed by hand";
};

type Yaml = { readonly value: JsonValue } | { readonly trouble: string };

const MAX_DEPTH = 512;

/** Undefined when there is no file. */
const readYaml = (readText: () => Uint8Array): Yaml | undefined => {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(readText());
    const yaml = parseDocument(text, { version: "1.2", schema: "core", merge: false });
    const [trouble] = [...yaml.errors, ...yaml.warnings];
    if (trouble !== undefined) return { trouble: firstLine(trouble) };
    const strange = findStrange(yaml);
    if (strange !== undefined) return { trouble: strange };
    // Through text, so that keys and numbers meet the rules of all foreign JSON.
    const json = Buffer.from(JSON.stringify(yaml.toJS()) ?? "null");
    const strict = parseStrictJson(json, { maxDepth: MAX_DEPTH, unsafeNumbers: "refuse" });
    return strict.ok ? { value: strict.value as JsonValue } : { trouble: strict.refusal.detail }; // no number is marked
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    return { trouble: firstLine(error) };
  }
};

const firstLine = (error: unknown): string =>
  visible((error instanceof Error ? error.message : String(error)).split("\n", 1)[0] ?? "");

/** Two keys that are different here, `1` and `"1"`, would be one member. */
const NO_TEXT = "a key is no text";

/** What `checkrein lock` never writes. */
const findStrange = (yaml: ReturnType<typeof parseDocument>): string | undefined => {
  let found: string | undefined;
  visit(yaml, {
    Alias: () => void (found ??= "it has an alias"),
    Node: (_, node) => void (node.tag === undefined ? undefined : (found ??= `it has the tag ${node.tag}`)),
    Pair: (_, { key }) => void (isScalar(key) && typeof key.value === "string" ? undefined : (found ??= NO_TEXT)),
  });
  return found;
};
