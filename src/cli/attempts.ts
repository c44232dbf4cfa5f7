// `checkrein runs stopped` and `checkrein runs clear`: which tools are stopped for whom after too many refused attempts, and
// their release.
import { type JsonObject, memberOf } from "../call.ts";
import { listOf, personOf, shown, withAdminPort } from "./admin-port.ts";
import { readOptions } from "./options.ts";
import { type Output, fail, failUsage } from "./print.ts";

/** Exit code 0 when it is listed, 2 for an option that is wrong, else 1. */
export const listStopped = async (argv: readonly string[], out: Output): Promise<number> => {
  const options = readOptions(argv, { after: "one", "admin-url": "one" });
  if (!options.ok) return failUsage(out, options.problem);
  const { values, words } = options;
  const [who, ...more] = words;
  const [after] = values.after;
  if (more.length > 0 || (who !== undefined && after !== undefined))
    return failUsage(out, "name one run or caller, or none: checkrein runs stopped [<run or caller>] [--after <id>]");
  return withAdminPort(values["admin-url"], out, async (port) => {
    const query = Object.entries({ run: who, after }).flatMap(([name, value]) =>
      value === undefined ? [] : [`?${name}=${encodeURIComponent(value)}`],
    );
    const told = await port.get(`/attempts${query.join("")}`);
    if (!told.ok) return fail(out, told.problem);
    const found = listOf(told.body, "attempts");
    for (const run of found)
      for (const tool of listOf(run, "tools")) out.write(`${shown(run, "run")}  ${describe(tool)}\n`);
    if (found.length === 0) out.write("Nothing is stopped, and no attempt is counted.\n");
    if (memberOf(told.body, "next") !== undefined)
      out.write(`There may be more: checkrein runs stopped --after ${shown(told.body, "next")}\n`);
    return 0;
  });
};

const describe = (tool: JsonObject): string => {
  const used = memberOf(tool, "used") === 1 ? "1 refused attempt" : `${shown(tool, "used")} refused attempts`;
  const state = memberOf(tool, "stopped") === true ? "stopped" : `${shown(tool, "left")} left`;
  return `${shown(tool, "tool")}: ${used}, ${state}, for ${shown(tool, "expiresInSeconds")} s more`;
};

/** Exit code 0 when it is cleared, 2 for an option that is wrong, else 1. */
export const clearAttempts = async (argv: readonly string[], out: Output): Promise<number> => {
  const options = readOptions(argv, { by: "one", "admin-url": "one" });
  if (!options.ok) return failUsage(out, options.problem);
  const { values, words } = options;
  const [run, tool, ...more] = words;
  if (run === undefined || more.length > 0)
    return failUsage(out, "name a run or caller, and a tool or none: checkrein runs clear <run or caller> [<tool>]");
  const by = personOf(values.by);
  const body = { run, ...(tool === undefined ? {} : { tool }), ...(by === undefined ? {} : { by }) };
  return withAdminPort(values["admin-url"], out, async (port) => {
    const told = await port.post("/attempts/clear", body);
    if (!told.ok) return fail(out, told.problem);
    const what = tool === undefined ? "all tools" : shown(told.body, "tool");
    out.write(`cleared by ${shown(told.body, "by")}: ${shown(told.body, "run")} begins anew at ${what}\n`);
    return 0;
  });
};
