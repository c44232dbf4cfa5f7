// The demo's picture: aligned tables as wide as the terminal, in colours only where somebody looks.
import { stdout } from "node:process";
import { styleText } from "node:util";
import type { Demo, Row, Run } from "./demo.ts";
import { type Json, type JsonObject, isObject } from "./json.ts";
import type { Operation } from "./patch.ts";

type Style = Parameters<typeof styleText>[0];

const paint = (style: Style, text: string): string => styleText(style, text, { stream: stdout });
const print = (text = ""): void => void stdout.write(`${text}\n`);

/** Widths of the first columns. */
const ABOUT = 32;
const TARGET = 31;

/** Cut or padded to exactly so many characters. */
const fit = (text: string, width: number): string =>
  text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);

export const printTitle = (): void => {
  print();
  print(paint("bold", "checkrein demo: an agent, a shop with a database, and what is between them"));
  print("The shop in examples/shop takes whatever it is sent. The contracts are in contracts/shop.");
};

/** What is behind the first part is so only where calls are refused. */
const KINDS = {
  good: ["good calls", ""],
  mistake: ["mistakes", ", and the same calls mended by what the refusals offer"],
  unclear: ["calls of which nobody can tell what was meant", ": no fix is offered, the agent gives up"],
  loop: ["an agent that does not give up", ": stopped, until a call of another tool succeeds"],
  timing: ["well-formed calls at the wrong time", ""],
  around: ["ways around", ""],
} as const;

export const printRun = (title: string, rows: readonly Row[]): void => {
  print();
  print(paint("bold", title));
  print(paint("dim", columns("what the agent does", "request", "shop", "answer")));
  const isGuarded = rows.some(({ attempt }) => attempt > 0);
  let kind: string | undefined;
  let times = 0;
  for (const [index, row] of rows.entries()) {
    const [what, answered] = KINDS[row.step.kind];
    if (row.step.kind !== kind) print(paint("dim", `  ${what}${isGuarded ? answered : ""}`));
    kind = row.step.kind;
    times += 1;
    if (isSame(row, rows[index + 1])) continue;
    printRow(row, times);
    times = 0;
  }
};

/** Whether a loop goes on: its rows are one line. */
const isSame = (row: Row, other: Row | undefined): boolean =>
  row.how === "repeated" && other?.how === "repeated" && row.step === other.step && row.code === other.code;

/** `shop`: whether the shop got a request. */
const columns = (about: string, target: string, shop: string, answer: string): string =>
  `  ${fit(about, ABOUT)} ${fit(target, TARGET)} ${shopAnd(shop, answer)}`;

const shopAnd = (shop: string, answer: string): string => `${fit(shop, 4)} ${answer}`;

const printRow = (row: Row, times: number): void => {
  const answer = paint(row.code === "ok" ? "green" : "yellow", answerOf(row));
  const shop = row.reached === "no" ? "-" : row.reached;
  const changes = row.patch?.map(sayChange) ?? [];
  const isShort = changes.length > 0 && changes.length < 3;
  if (isShort) print(`  ${fit(`  └ mended: ${changes.join(", ")}`, ABOUT + 1 + TARGET)} ${shopAnd(shop, answer)}`);
  else print(columns(aboutOf(row, times), targetOf(row), shop, answer));
  if (changes.length > 0 && !isShort) printBelow(changes.join(", "));
  if (row.code !== "ok" && times === 1) printBelow(sayOf(row));
};

const answerOf = ({ how, status, code, isRecorded, answer }: Row): string => {
  const attempts = isObject(answer) && isObject(answer["attempts"]) ? answer["attempts"] : {};
  const left = how === "repeated" && code !== "stopped" ? `, ${String(attempts["left"])} attempts left` : "";
  return `${status} ${code}${isRecorded ? ", the recorded answer" : left}`;
};

const aboutOf = ({ how, step, patch }: Row, times: number): string => {
  if (how === "asked") return `  ${step.about}`;
  if (how === "mended") return `  └ mended in one go, ${patch?.length} steps`;
  if (how === "repeated") return times > 1 ? `  └ the same again, ${times} times` : "  └ and once more";
  return `  └ ${HOW[how]}`;
};

const HOW = {
  renamed: "by the name that it offers",
  named: "the call that it names",
  again: "and the same call again",
} as const;

const sayChange = ({ op, path, from, value }: Operation): string => {
  if (op === "remove") return `without ${path}`;
  return op === "move" ? `${from} → ${path}` : `${path} = ${JSON.stringify(value)}`;
};

/** At most three lines, broken between words. */
const printBelow = (text: string): void => {
  const width = Math.max(60, (stdout.columns ?? 140) - 7);
  let rest = text;
  for (let line = 1; rest !== ""; line += 1) {
    const end = line === 3 || rest.length <= width ? rest.length : rest.lastIndexOf(" ", width);
    const cut = end > 0 ? end : width;
    print(paint("dim", `      ${fit(rest.slice(0, cut), width).trimEnd()}`));
    rest = rest.slice(cut).trimStart();
  }
};

const targetOf = ({ request: { door, method, path, body } }: Row): string =>
  door === "call" && isObject(body) ? `${method} ${path} ${String(body["tool"])}` : `${method} ${path}`;

const sayOf = ({ answer }: Row): string => {
  if (!isObject(answer)) return "";
  const { issues, detail, message, backend } = answer;
  if (isObject(backend)) return sayOfBackend(backend);
  if (Array.isArray(issues)) return issues.filter(isObject).map(sayIssue).join("; ");
  return typeof detail === "string" ? detail : typeof message === "string" ? message : JSON.stringify(answer);
};

const sayIssue = ({ path, message }: JsonObject): string => `${String(path)} ${String(message)}`;

const sayOfBackend = ({ body }: JsonObject): string =>
  isObject(body) ? `${String(body["error"])}: ${String(body["message"])}` : "";

export const printComparison = (guarded: Run, bare: Run): void => {
  print();
  print(paint("bold", "What is left of the database, counted by SQL against the seed"));
  print(paint("dim", `  ${fit("", 40)} ${"bare shop".padStart(10)} ${"behind checkrein".padStart(18)}`));
  const line = (name: string, before: number, after: number, isBad: boolean): void => {
    const left = String(before).padStart(10);
    const right = String(after).padStart(18);
    const bad = (count: number, text: string): string => paint(count > 0 ? "red" : "green", text);
    print(`  ${fit(name, 40)} ${isBad ? bad(before, left) : left} ${isBad ? bad(after, right) : right}`);
  };
  for (const [index, { name, rows }] of bare.damage.kinds.entries())
    line(name, rows, guarded.damage.kinds[index]?.rows ?? 0, true);
  line("rows damaged", bare.damage.rows, guarded.damage.rows, true);
  line("records handed out by exports", bare.leaked, guarded.leaked, true);
  line("orders and refunds written, good or bad", bare.damage.written, guarded.damage.written, false);
  print(
    paint("dim", "  A valid call is not always a wise one: what neither a contract nor a rule says is let through."),
  );
};

/** Ready to paste; quoted for POSIX shells. */
const curl = (url: string, body?: Json): string =>
  body === undefined
    ? `curl -s ${url}`
    : `curl -s ${url} -H 'content-type: application/json' -d '${JSON.stringify(body)}'`;

export const printInvitation = ({ dataUrl, adminUrl, journal, folder }: Demo): void => {
  const orderId = "ord_100028";
  const call = (tool: string, args: JsonObject): string => curl(`${dataUrl}/call`, { tool, arguments: args });
  const refund = { orderId, amount: 1250, reason: "damaged" };
  const own = (command: string): string => `npm run -s checkrein -- ${command}`;
  const admin = (command: string): string =>
    `CHECKREIN_STATE_DIRECTORY=${folder} ${own(`${command} --admin-url ${adminUrl}`)}`;
  const lines: readonly (readonly [string, string])[] = [
    ["the tools, as an agent sees them", curl(`${dataUrl}/tools`)],
    ["a refund: of an order that nobody looked up, so it says what to call first", call("create_refund", refund)],
    ["that call; then the refund passes, and once more it gets the recorded answer", call("get_order", { orderId })],
    ["a call that is refused, with the fix that mends it", call("create_refund", { ...refund, amount: "1250" })],
    ["the shop's own API", curl(`${dataUrl}/shop/orders/${orderId}`)],
    ["what no contract names", `curl -s -X DELETE ${dataUrl}/shop/orders/${orderId}`],
    ["the surface that is left of it", curl(`${dataUrl}/openapi.json`)],
    ["what waits for a person", admin("approve")],
    ["what is counted against loops, and stopped", admin("runs stopped")],
    ["whether it is ready", curl(`${adminUrl}/readyz`)],
    ["every call, as it was recorded", own(`journal ${journal}`)],
    ["where the agent failed, and whether it mended that", own(`journal stats ${journal}`)],
    ["all of it judged again, by the contracts as you have changed them", own(`replay ${journal}`)],
  ];
  print();
  print(paint("bold", "Try it: all of this stays up until Ctrl-C"));
  for (const [what, command] of lines) print(`\n  ${paint("dim", `# ${what}`)}\n  ${command}`);
  print();
};
