// The way of the commands to a running sidecar: its admin port and the token for it. Every failure says what to do.
import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { adminTokenFile } from "../admin/admin-token.ts";
import { type JsonObject, type JsonValue, isJsonObject, memberOf } from "../call.ts";
import { visible } from "../contract/lock/visible.ts";
import { parseStrictJson } from "../json/strict-json.ts";
import { type Environment, readSettings, variableOf } from "../settings.ts";
import { type Output, fail, failUsage } from "./print.ts";

export type Told =
  | { readonly ok: true; readonly body: JsonObject }
  /** `body`: the problem details, where an admin port gave some. */
  | { readonly ok: false; readonly problem: string; readonly body?: JsonObject };

export interface AdminPort {
  get(path: string): Promise<Told>;
  post(path: string, body: JsonObject): Promise<Told>;
}

export type FoundPort =
  | { readonly ok: true; readonly port: AdminPort }
  | { readonly ok: false; readonly isUsage: boolean; readonly problem: string };

/** `given`: what stands behind `--admin-url`. */
export const findAdminPort = ([given]: readonly string[], environment: Environment): FoundPort => {
  const names = ["adminToken", "adminPort", "stateDirectory"].map(variableOf);
  const wanted = [...names, `${variableOf("adminToken")}_FILE`];
  const read = readSettings(Object.fromEntries(wanted.map((name) => [name, environment[name]])));
  if (!read.ok) return { ok: false, isUsage: false, problem: read.problems.join("\n") };
  const { adminPort, adminToken, stateDirectory } = read.settings;
  const url = readUrl(given ?? `http://127.0.0.1:${adminPort}`);
  if (url === undefined) {
    const problem = `"${given}" is not the URL of an admin port: write it like http://127.0.0.1:8081`;
    return { ok: false, isUsage: true, problem };
  }
  const kept =
    adminToken === "" ? keptToken(url, stateDirectory) : { file: variableOf("adminToken"), token: adminToken };
  if ("problem" in kept) return { ok: false, isUsage: false, problem: kept.problem };
  // Node's own message about a header that cannot be sent would show the token.
  if (/^[\x21-\x7e]+$/.test(kept.token)) return { ok: true, port: createPort(url, kept.token, kept.file) };
  const problem = `the token of ${kept.file} is empty, or has a letter that no header can carry`;
  return { ok: false, isUsage: false, problem };
};

const readUrl = (text: string): URL | undefined => {
  const url = URL.parse(text);
  const isPlain = url !== null && `${url.origin}/` === url.href && /^https?:$/.test(url.protocol);
  return isPlain ? url : undefined;
};

const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);
const SET_TOKEN = "set CHECKREIN_ADMIN_TOKEN or CHECKREIN_ADMIN_TOKEN_FILE to the token of that sidecar";

/** As the sidecar left it on this machine: it is no other machine's. */
const keptToken = (
  url: URL,
  directory: string,
): { readonly file: string; readonly token: string } | { readonly problem: string } => {
  if (!LOOPBACK.has(url.hostname)) return { problem: `${url.origin} is another machine: ${SET_TOKEN}` };
  const file = adminTokenFile(directory, url.port || (url.protocol === "https:" ? "443" : "80"));
  try {
    return { file, token: readFileSync(file, "utf8").trim() };
  } catch (error) {
    const why = error instanceof Error && "code" in error && error.code === "ENOENT" ? "is not there" : String(error);
    return {
      problem: `there is no token for ${url.origin}: ${file} ${why}. Start the sidecar, run this where its state directory is, or ${SET_TOKEN}`,
    };
  }
};

const TIMEOUT_MS = 10_000;

const createPort = (url: URL, token: string, from: string): AdminPort => {
  const send = async (path: string, more: RequestInit): Promise<Told> => {
    try {
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      // A redirect would carry the token elsewhere.
      const options = { ...more, headers, redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS) } as const;
      const answer = await fetch(new URL(path, url), options);
      return readAnswer(answer.status, new Uint8Array(await answer.arrayBuffer()), { url, from });
    } catch (error) {
      return { ok: false, problem: noAnswer(url, error) };
    }
  };
  return {
    get: (path) => send(path, {}),
    post: (path, body) => send(path, { method: "POST", body: JSON.stringify(body) }),
  };
};

const noAnswer = (url: URL, error: unknown): string => {
  if (error instanceof Error && error.name === "TimeoutError")
    return `${url.origin} does not answer within ${TIMEOUT_MS / 1000} seconds`;
  const cause: { readonly code?: unknown; readonly message?: unknown } = Object(Object(error).cause ?? error);
  const why = visible(String(cause.code ?? cause.message));
  return `no sidecar answers at ${url.origin} (${why}): start it with \`checkrein serve\`, or name its admin port with --admin-url`;
};

const readAnswer = (status: number, bytes: Uint8Array, { url, from }: { url: URL; from: string }): Told => {
  if (status === 401)
    return {
      ok: false,
      problem: `${url.origin} does not take the token of ${from}: is it the admin port of the sidecar that this token belongs to?`,
    };
  const read = parseStrictJson(bytes, { maxDepth: 512, unsafeNumbers: "refuse" });
  // What parseStrictJson gives is JSON.
  const body = read.ok && isJsonObject(read.value) ? (read.value as JsonObject) : undefined;
  if (status < 300 && body !== undefined) return { ok: true, body };
  const detail = body === undefined ? undefined : memberOf(body, "detail");
  if (body !== undefined && typeof detail === "string") return { ok: false, problem: visible(detail), body };
  return { ok: false, problem: `what answers at ${url.origin} is no admin port of checkrein (status ${status})` };
};

/** Objects under a name of an answer. */
export const listOf = (body: JsonObject, name: string): readonly JsonObject[] => {
  const list = memberOf(body, name);
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
};

/** One member for a screen: agents wrote parts of it, and nothing in it may hide or act. */
export const shown = (object: JsonObject, name: string): string => shownValue(memberOf(object, name));
const shownValue = (value: JsonValue | undefined): string =>
  visible(typeof value === "string" ? value : JSON.stringify(value ?? null));

/** Who decides: the option, or the user of this machine; undefined where it has no name. */
export const personOf = ([given]: readonly string[]): string | undefined => {
  if (given !== undefined) return given;
  try {
    return userInfo().username;
  } catch {
    return undefined; // a container's user without an entry
  }
};

/** For one command: its exit code, or that of what is wrong with the way. */
export const withAdminPort = async (
  adminUrl: readonly string[],
  out: Output,
  use: (port: AdminPort) => Promise<number>,
): Promise<number> => {
  const found = findAdminPort(adminUrl, process.env);
  if (found.ok) return use(found.port);
  return (found.isUsage ? failUsage : fail)(out, found.problem);
};
