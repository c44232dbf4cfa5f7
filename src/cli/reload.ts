// `checkrein reload`: has a running sidecar serve what its contract files say now, and tells what that has changed.
import { type JsonObject, isJsonObject, memberOf } from "../call.ts";
import { listOf, personOf, shown, withAdminPort } from "./admin-port.ts";
import { readOptionsAlone } from "./options.ts";
import { type Output, fail, failUsage, printProblems } from "./print.ts";

/** Exit code 0 when what the files say is served, 2 for an option that is wrong, else 1. */
export const reload = async (argv: readonly string[], out: Output): Promise<number> => {
  const options = readOptionsAlone(argv, { by: "one", "admin-url": "one" });
  if (!options.ok) return failUsage(out, options.problem);
  const { values } = options;
  const by = personOf(values.by);
  return withAdminPort(values["admin-url"], out, async (port) => {
    const told = await port.post("/reload", by === undefined ? {} : { by });
    if (told.ok) return describe(told.body, out);
    const problems = listOf(told.body ?? {}, "problems");
    if (problems.length > 0) printProblems(problems.map(readProblem), out);
    return fail(out, told.problem);
  });
};

const describe = (body: JsonObject, out: Output): number => {
  out.write(`version ${shown(body, "version")}${outcomeOf(body)}\n`);
  const changes = memberOf(body, "changes");
  for (const kind of isJsonObject(changes) ? ["added", "removed", "changed"] : []) {
    const tools = memberOf(Object(changes), kind);
    if (Array.isArray(tools) && tools.length > 0) out.write(`${kind}: ${shownNames(tools)}\n`);
  }
  return 0;
};

const outcomeOf = (body: JsonObject): string => {
  if (memberOf(body, "result") === "unchanged") return ": the files are as they were";
  const values = memberOf(body, "newValues") === true ? "with new values" : undefined;
  if (memberOf(body, "version") === memberOf(body, "before"))
    return ` is served on: the same contracts, ${values ?? "in files of other names"}`;
  return ` is served now, instead of ${shown(body, "before")}${values === undefined ? "" : `, ${values}`}`;
};

const shownNames = (tools: readonly unknown[]): string =>
  tools.map((tool) => shown({ tool: String(tool) }, "tool")).join(", ");

const readProblem = (problem: JsonObject): Parameters<typeof printProblems>[0][number] => ({
  file: shown(problem, "file"),
  place: shown(problem, "place"),
  message: shown(problem, "message"),
  mend: shown(problem, "mend"),
});
