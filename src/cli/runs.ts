// `checkrein runs`: lists, opens and ends runs on the admin port of a running sidecar, and shows and lifts what is stopped there.
import { type JsonObject, memberOf } from "../call.ts";
import { parseDuration } from "../contract/rule/duration.ts";
import { type AdminPort, listOf, personOf, shown, withAdminPort } from "./admin-port.ts";
import { clearAttempts, listStopped } from "./attempts.ts";
import { parseObject, readBytes } from "./json-object.ts";
import { readOptionsAlone, readOptions } from "./options.ts";
import { type Output, fail, failUsage } from "./print.ts";

/** Exit code 0 when it is done, 2 for an option that is wrong, else 1. */
export const runs = async (argv: readonly string[], out: Output): Promise<number> => {
  const [first = "", ...rest] = argv;
  if (first === "open") return open(rest, out);
  if (first === "end") return end(rest, out);
  if (first === "stopped") return listStopped(rest, out);
  if (first === "clear") return clearAttempts(rest, out);
  return list(argv, out);
};

const list = async (argv: readonly string[], out: Output): Promise<number> => {
  const options = readOptions(argv, { after: "one", "admin-url": "one" });
  if (!options.ok) return failUsage(out, options.problem);
  const { values, words } = options;
  if (words.length > 0)
    return failUsage(
      out,
      `there is no "${words.join(" ")}": use checkrein runs, or checkrein runs open, end, stopped, clear`,
    );
  return withAdminPort(values["admin-url"], out, async (port) => {
    const [after] = values.after;
    const told = await port.get(after === undefined ? "/runs" : `/runs?after=${encodeURIComponent(after)}`);
    if (!told.ok) return fail(out, told.problem);
    const found = listOf(told.body, "runs");
    for (const run of found) out.write(`${describe(run)}\n`);
    const next = memberOf(told.body, "next");
    if (found.length === 0) out.write(after === undefined ? "No run lives.\n" : "No more runs.\n");
    if (next !== undefined) out.write(`There may be more: checkrein runs --after ${shown(told.body, "next")}\n`);
    return 0;
  });
};

const describe = (run: JsonObject): string => {
  const parent = memberOf(run, "parent") === undefined ? "" : ` below ${shown(run, "parent")}`;
  const ended = memberOf(run, "endedBy") === undefined ? "" : `, ended by ${shown(run, "endedBy")}`;
  return `${shown(run, "id")}  ${shown(run, "caller")}${parent}, from ${shown(run, "createdAt")} to ${shown(run, "expiresAt")}${ended}`;
};

const OPEN = {
  caller: "one",
  grant: "one",
  claims: "one",
  lifetime: "one",
  parent: "one",
  "admin-url": "one",
} as const;

const open = async (argv: readonly string[], out: Output): Promise<number> => {
  const options = readOptionsAlone(argv, OPEN);
  if (!options.ok) return failUsage(out, options.problem);
  const { values } = options;
  const [caller] = values.caller;
  const [parent] = values.parent;
  if (caller === undefined && parent === undefined)
    return failUsage(out, "name whose run it is: checkrein runs open --caller <name>");
  const [lifetime] = values.lifetime;
  const lifetimeMs = parseDuration(lifetime);
  if (lifetime !== undefined && lifetimeMs === undefined)
    return failUsage(out, `"${lifetime}" is no lifetime: write it like 90s, 30m, 12h or 7d`);
  const files = readFiles({ grant: values.grant[0], claims: values.claims[0] });
  if (!files.ok) return fail(out, files.problem);
  const body = {
    ...(caller === undefined ? {} : { caller }),
    ...files.objects,
    ...(parent === undefined ? {} : { parent }),
    ...(lifetimeMs === undefined ? {} : { lifetimeMs }),
  };
  return withAdminPort(values["admin-url"], out, async (port) => printOpened(await port.post("/runs", body), out));
};

const printOpened = (told: Awaited<ReturnType<AdminPort["post"]>>, out: Output): number => {
  if (!told.ok) return fail(out, told.problem);
  const { body } = told;
  out.write(`run:   ${shown(body, "run")}\nurl:   ${shown(body, "url")}\ntoken: ${shown(body, "token")}\n`);
  out.write(`ends:  ${shown(body, "expiresAt")}\n`);
  return 0;
};

type ReadFiles =
  | { readonly ok: true; readonly objects: Readonly<Record<string, JsonObject>> }
  | { readonly ok: false; readonly problem: string };

/** The JSON object of each file that is named. */
const readFiles = (files: Readonly<Record<string, string | undefined>>): ReadFiles => {
  const objects: Record<string, JsonObject> = {};
  for (const [name, file] of Object.entries(files)) {
    if (file === undefined) continue;
    const bytes = readBytes(file);
    if (!bytes.ok) return { ok: false, problem: `--${name}: ${bytes.problem}` };
    const read = parseObject(bytes.value);
    if (!read.ok) return { ok: false, problem: `--${name} ${file}: ${read.problem}` };
    objects[name] = read.value;
  }
  return { ok: true, objects };
};

const end = async (argv: readonly string[], out: Output): Promise<number> => {
  const options = readOptions(argv, { by: "one", "admin-url": "one" });
  if (!options.ok) return failUsage(out, options.problem);
  const { values, words } = options;
  const [id, ...more] = words;
  if (id === undefined || more.length > 0) return failUsage(out, "name one run: checkrein runs end <id>");
  const by = personOf(values.by);
  return withAdminPort(values["admin-url"], out, async (port) => {
    const told = await port.post(`/runs/${encodeURIComponent(id)}/end`, by === undefined ? {} : { by });
    if (!told.ok) return fail(out, told.problem);
    out.write(`ended by ${shown(told.body, "endedBy")}: ${shown(told.body, "id")}, and all runs below it\n`);
    return 0;
  });
};
