// `checkrein approve`: what waits for a person, and the person's answer. The token of the admin port is the right to give it.
import type { JsonObject } from "../call.ts";
import { type AdminPort, findAdminPort, listOf, personOf, shown } from "./admin-port.ts";
import { readOptions } from "./options.ts";
import { type Output, fail, failUsage } from "./print.ts";

const OPTIONS = { deny: "flag", by: "one", "admin-url": "one" } as const;

/** Exit code 0 when it is listed or decided, 2 for an option that is wrong, else 1. */
export const approve = async (argv: readonly string[], out: Output): Promise<number> => {
  const options = readOptions(argv, OPTIONS);
  if (!options.ok) return failUsage(out, options.problem);
  const { values, words } = options;
  const [id, ...more] = words;
  if (more.length > 0) return failUsage(out, "name one id: a person decides about each call");
  if (id === undefined && (values.deny || values.by.length > 0))
    return failUsage(out, "name what is decided: checkrein approve <id>; without an id, all that waits is listed");
  const found = findAdminPort(values["admin-url"], process.env);
  if (!found.ok) return (found.isUsage ? failUsage : fail)(out, found.problem);
  if (id === undefined) return list(found.port, out);
  const by = personOf(values.by);
  if (by === undefined) return failUsage(out, "this user has no name here: say who decides with --by <name>");
  return decide(found.port, { id, by, isDenied: values.deny }, out);
};

const list = async (port: AdminPort, out: Output): Promise<number> => {
  const told = await port.get("/approvals");
  if (!told.ok) return fail(out, told.problem);
  const waiting = listOf(told.body, "approvals").filter(({ state }) => state === "pending");
  for (const approval of waiting) out.write(describe(approval));
  out.write(
    waiting.length === 0
      ? "Nothing waits for approval.\n"
      : "Approve with `checkrein approve <id>`, refuse with `checkrein approve <id> --deny`.\n",
  );
  return 0;
};

const describe = (approval: JsonObject): string =>
  [
    shown(approval, "id"),
    `  tool:      ${shown(approval, "tool")}`,
    `  arguments: ${shown(approval, "arguments")}`,
    `  caller:    ${shown(approval, "caller")}, in the run ${shown(approval, "run")}`,
    `  reason:    ${shown(approval, "reason")}`,
    `  waits:     since ${shown(approval, "createdAt")}, until ${shown(approval, "expiresAt")}\n\n`,
  ].join("\n");

const decide = async (
  port: AdminPort,
  { id, by, isDenied }: { readonly id: string; readonly by: string; readonly isDenied: boolean },
  out: Output,
): Promise<number> => {
  const told = await port.post(`/approvals/${encodeURIComponent(id)}/${isDenied ? "deny" : "approve"}`, { by });
  if (!told.ok) return fail(out, told.problem);
  const { body } = told;
  out.write(
    `${shown(body, "state")} by ${shown(body, "by")}, until ${shown(body, "expiresAt")}: ${shown(body, "tool")} ${shown(body, "arguments")} of ${shown(body, "caller")}\n`,
  );
  return 0;
};
