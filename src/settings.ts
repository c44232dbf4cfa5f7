// One schema for everything that an operator can set: CHECKREIN_* variables, or flags of the same name, which win.
// Read once at start, frozen. A misspelt setting refuses to start and names the nearest right one.
import { readFileSync } from "node:fs";
import { z } from "zod";
import { nearestNames } from "./nearest.ts";

/** Digits alone: an empty text is not 0, and `0x1F90` or `1e4` are not what anybody means. */
const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,10}$/, "must be a whole number")
    .transform(Number)
    .pipe(z.int().min(least, `must be at least ${least}`).max(most, `must be at most ${most}`));
const port = whole(0, 65_535);
const bytes = whole(1, 1_073_741_824);
const count = whole(1, 1_000_000);
const milliseconds = whole(0, 3_600_000);
const yesOrNo = z.enum(["true", "false"], "must be true or false").transform((text) => text === "true");
/** `localhost` can be two addresses, and a second listener of Fastify's has none of what is set on the first. */
const address = z
  .string()
  .default("127.0.0.1")
  .transform((text) => (text === "localhost" ? "127.0.0.1" : text));
const DAY_MS = 86_400_000;
const MOST_ATTEMPTS = 1000; // as in a contract
const list = z.string().transform((text) =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== ""),
);

/** Every setting: its default and what it is for (the README's table is compared with this). */
const schema = z.strictObject({
  contracts: z.string().default("contracts").describe("folder with the contract files"),
  watch: yesOrNo
    .default(true)
    .describe(
      "whether contracts are loaded again when their files have changed; without it, by SIGHUP or `POST /reload`",
    ),
  host: address.describe("address of the data port, for agents"),
  port: port.default(8080).describe("data port; 0 takes a free one"),
  adminHost: address.describe("address of the admin port, for probes"),
  adminPort: port.default(8081).describe("admin port; 0 takes a free one"),
  adminToken: z
    .string()
    .refine((text) => text === "" || text.length >= 16, "must have at least 16 characters")
    .default("")
    .describe("what the admin port asks for, but for probes; when empty, one is made and kept in `stateDirectory`"),
  stateDirectory: z.string().default(".checkrein").describe("folder for what the sidecar keeps"),
  anonymous: yesOrNo
    .default(false)
    .describe("whether agents may call without a key or token; only where `host` is a loopback address"),
  publicUrl: z
    .string()
    .refine((text) => text === "" || /^https?:\/\/[^/?#]+$/.test(text), "must be like https://tools.example.com")
    .default("")
    .describe("how agents reach the data port, for the URLs of runs; when empty, its own address"),
  tlsCert: z
    .string()
    .default("")
    .describe(
      "PEM file with the data port's certificate and its chain, for HTTPS; renewed while it runs, as the file is",
    ),
  tlsKey: z.string().default("").describe("PEM file with the key of `tlsCert`, without a passphrase"),
  state: z
    .string()
    .refine((text) => /^(|memory|sqlite:.+|rediss?:\/\/.+)$/.test(text), "must be memory, sqlite:<file> or redis://…")
    .default("")
    .describe(
      "what rules remember: `memory`, `sqlite:<file>` or `redis://…`; when empty, a file in `stateDirectory` where a contract or `signingKey` needs one, else memory",
    ),
  callerWindowMs: whole(1000, 31 * DAY_MS)
    .default(DAY_MS)
    .describe('how long calls made without a run count for `per: "run"` and as evidence'),
  maxAttempts: whole(0, MOST_ATTEMPTS)
    .default(5)
    .describe(
      "refused attempts in a row at one tool in a run (class `fix_…`) after which the tool is `stopped` there; 0 stops and counts nothing",
    ),
  allowedHosts: list
    .default([])
    .describe("more names that agents may use in `Host`, with commas; loopback names always work"),
  allowedOrigins: list.default([]).describe("browser origins that may call, with commas; none by default"),
  maxBodyBytes: bytes.default(1_048_576).describe("largest request body"),
  maxDepth: whole(1, 256).default(64).describe("deepest nesting of JSON"),
  maxHeaderBytes: bytes.default(16_384).describe("all request headers together"),
  maxHeaders: count.default(100).describe("number of request headers"),
  maxTargetBytes: bytes.default(8192).describe("longest request target"),
  requestTimeoutMs: milliseconds.default(30_000).describe("time for an agent to send its whole request"),
  keepAliveTimeoutMs: milliseconds.default(72_000).describe("time an idle connection of an agent stays open"),
  maxInFlight: count
    .default(1000)
    .describe("calls in flight at once; one caller gets as many as are still free, so half of them when alone"),
  maxInFlightBytes: whole(0, 1_073_741_824)
    .default(0)
    .describe(
      "bytes of bodies, and as many of answers, that are worked on at once: what is read takes many times its bytes; 0: a 128th of the memory that Node may use",
    ),
  maxConnections: count
    .default(2048)
    .describe(
      "connections of agents at once; beyond that the one that has been idle longest is closed. At most half of the files that the process may open",
    ),
  stallTimeoutMs: whole(100, 3_600_000)
    .default(30_000)
    .describe("how long an agent may take nothing of an answer before its connection is cut"),
  breakerMs: milliseconds
    .default(5000)
    .describe(
      "how long a backend that failed again and again is left alone at first; up to twelve times as long where it does not mend; 0: never",
    ),
  maxLoopDelayMs: whole(1, 60_000)
    .default(2)
    .describe(
      "work of one turn of the event loop; where turns stay longer, fewer calls are in flight at once and the rest is refused as `overloaded`",
    ),
  drainMs: milliseconds.default(10_000).describe("grace for calls in flight after SIGTERM"),
  signingKey: z
    .string()
    .refine((text) => text === "" || text.length >= 32, "must have at least 32 characters")
    .default("")
    .describe(
      "signs run tokens, and what agents hand back to go on with a call; the same on all replicas; made at start when empty",
    ),
  observe: list
    .default([])
    .describe(
      "tools of which refused calls are recorded and forwarded all the same, with commas; `all` is every tool that is not destructive",
    ),
  journal: z
    .string()
    .refine(
      (text) => /^(|none|stdout|(sqlite|lines):.+)$/.test(text),
      "must be sqlite:<file>, lines:<file>, stdout or none",
    )
    .default("")
    .describe(
      "where the record of every call goes: `sqlite:<file>`, `lines:<file>`, `stdout` or `none`; when empty, `journal.sqlite` in `stateDirectory`",
    ),
  journalMaxDays: whole(0, 36_500).default(30).describe("how long records are kept in a file; 0: for ever"),
  journalMaxBytes: whole(0, 9_999_999_999)
    .default(1_073_741_824)
    .describe("how large the journal may become before the oldest records go; 0: without bound"),
  journalKey: z
    .string()
    .default("")
    .describe(
      "private key (Ed25519, from `checkrein journal key`) that signs checkpoints of the journal; when empty, none are signed",
    ),
  journalCheckpoints: z
    .string()
    .default("")
    .describe(
      "file to which signed checkpoints are appended, kept elsewhere than the journal; they are in the log, too",
    ),
  playback: z
    .string()
    .default("")
    .describe("journal whose recorded results are given instead of calling any backend; no rule is judged"),
  logLevel: z
    .enum(["debug", "info", "warn", "error", "silent"])
    .default("info")
    .describe("least level of the log, on stderr"),
});

/** Never shown, and taken from the file that `<variable>_FILE` names, too. */
const secretSettings: ReadonlySet<string> = new Set(["adminToken", "signingKey", "state", "journalKey"]);

export type Settings = Readonly<z.infer<typeof schema>>;
export type SettingName = keyof Settings;

export const settingNames: readonly SettingName[] = Object.freeze(Object.keys(schema.shape) as SettingName[]); // the keys of this very shape

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
export const variableOf = (name: string): string => `CHECKREIN_${kebab(name).replaceAll("-", "_").toUpperCase()}`;
export const flagOf = (name: string): string => `--${kebab(name)}`;

/** What stands in the README: variable, flag, default, purpose. */
export const describeSettings = (): readonly { variable: string; flag: string; default: string; purpose: string }[] =>
  settingNames.map((name) => {
    const field = schema.shape[name];
    const standard = field.parse(undefined);
    return {
      variable: variableOf(name),
      flag: flagOf(name),
      default: Array.isArray(standard) ? standard.join(",") : String(standard),
      purpose: field.description ?? "",
    };
  });

export type Environment = Readonly<Record<string, string | undefined>>;
export type SettingsResult =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Reads settings from the environment and from flags (`--max-body-bytes 1024` or `--max-body-bytes=1024`). */
export const readSettings = (environment: Environment, flags: readonly string[] = []): SettingsResult => {
  const problems: string[] = [];
  const given: Record<string, string> = {};
  readVariables(environment, given, problems);
  readFlags(flags, given, problems);
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const name = String(issue.path[0] ?? "");
      const value = secretSettings.has(name) ? "" : ` is "${given[name] ?? ""}"`;
      problems.push(`${variableOf(name)} (${flagOf(name)})${value}: ${issue.message}`);
    }
  }
  if (problems.length > 0 || !parsed.success) return { ok: false, problems };
  return { ok: true, settings: Object.freeze(parsed.data) };
};

const readVariables = (environment: Environment, given: Record<string, string>, problems: string[]): void => {
  const names = new Map<string, string>(settingNames.map((name) => [variableOf(name), name]));
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith("CHECKREIN_") || text === undefined || text === "") continue; // compose writes "" for what is not set
    const name = names.get(variable);
    const secret = variable.endsWith("_FILE") ? names.get(variable.slice(0, -"_FILE".length)) : undefined;
    if (name !== undefined) given[name] = text;
    else if (secret !== undefined && secretSettings.has(secret)) readSecretFile(environment, secret, given, problems);
    else problems.push(unknownSetting(variable, [...names.keys()]));
  }
};

const readSecretFile = (
  environment: Environment,
  name: string,
  given: Record<string, string>,
  problems: string[],
): void => {
  try {
    const text = resolveReference(environment, variableOf(name));
    if (text !== undefined) given[name] = text;
  } catch {
    problems.push(`${variableOf(name)}_FILE: the file cannot be read`);
  }
};

const readFlags = (flags: readonly string[], given: Record<string, string>, problems: string[]): void => {
  const names = new Map<string, string>(settingNames.map((name) => [flagOf(name), name]));
  for (let index = 0; index < flags.length; index += 1) {
    const flag = flags[index] ?? "";
    const equals = flag.indexOf("=");
    const written = equals < 0 ? flag : flag.slice(0, equals);
    const name = names.get(written);
    if (name === undefined) {
      problems.push(unknownSetting(written, [...names.keys()]));
      continue;
    }
    const text = equals < 0 ? flags[(index += 1)] : flag.slice(equals + 1);
    if (text === undefined || (equals < 0 && text.startsWith("--"))) problems.push(`${flag} needs a value`);
    else given[name] = text;
  }
};

const unknownSetting = (name: string, known: readonly string[]): string => {
  const [nearest] = nearestNames(name, known);
  return `${name} is not a setting${nearest === undefined ? "" : `: did you mean ${nearest}?`}`;
};

/** The value behind `env("NAME")` or `secret("NAME")`: the variable, or the text of the file that NAME_FILE names. */
export const resolveReference = (environment: Environment, name: string): string | undefined => {
  const direct = environment[name];
  if (direct !== undefined && direct !== "") return direct;
  const file = environment[`${name}_FILE`];
  return file === undefined ? undefined : readFileSync(file, "utf8").replace(/\r?\n$/, "");
};
