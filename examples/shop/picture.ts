// The demo's picture: aligned tables as wide as the terminal, in colours only where somebody looks.
import { stdout } from "node:process";
import { styleText } from "node:util";
import type { Demo, Row, Run } from "./demo.ts";
import { type Json, type JsonObject, isObject } from "./json.ts";

type Style = Parameters<typeof styleText>[0];

const paint = (style: Style, text: string): string => styleText(style, text, { stream: stdout });
const print = (text = ""): void => void stdout.write(`${text}\n`);

/** Cut or padded to exactly so many characters. */
const fit = (text: string, width: number): string =>
  text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);

export const printTitle = (): void => {
  print();
  print(paint("bold", "checkrein demo: an agent, a shop with a database, and what is between them"));
  print("The shop in examples/shop takes whatever it is sent. The contracts are in contracts/shop.");
};

const KINDS = {
  good: "good calls",
  mistake: "mistakes, and the same calls mended",
  timing: "well-formed calls at the wrong time",
  around: "ways around",
} as const;

const HOW = {
  asked: "",
  mended: "mended by the refusal",
  named: "the call that it names",
  again: "and the same call again",
} as const;

export const printRun = (title: string, rows: readonly Row[]): void => {
  print();
  print(paint("bold", title));
  print(paint("dim", columns("what the agent does", "request", "shop", "answer")));
  let kind: string | undefined;
  for (const row of rows) {
    if (row.step.kind !== kind) print(paint("dim", `  ${KINDS[row.step.kind]}`));
    kind = row.step.kind;
    printRow(row);
  }
};

/** `shop`: whether the shop got a request. */
const columns = (about: string, target: string, shop: string, answer: string): string =>
  `  ${fit(about, 32)} ${fit(target, 31)} ${fit(shop, 4)} ${answer}`;

const printRow = (row: Row): void => {
  const { step, how, status, code, reached, isRecorded } = row;
  const about = how === "asked" ? `  ${step.about}` : `  └ ${HOW[how]}`;
  const said = isRecorded ? `${status} ${code}, the recorded answer` : `${status} ${code}`;
  const answer = paint(code === "ok" ? "green" : "yellow", said);
  print(columns(about, targetOf(row), reached === "no" ? "-" : reached, answer));
  const width = Math.max(60, (stdout.columns ?? 140) - 7);
  if (code !== "ok") print(paint("dim", `      ${fit(sayOf(row), width).trimEnd()}`));
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
  const approve = `CHECKREIN_STATE_DIRECTORY=${folder} npm run -s checkrein -- approve --admin-url ${adminUrl}`;
  const lines: readonly (readonly [string, string])[] = [
    ["the tools, as an agent sees them", curl(`${dataUrl}/tools`)],
    ["a refund: of an order that nobody looked up, so it says what to call first", call("create_refund", refund)],
    ["that call; then the refund passes, and once more it gets the recorded answer", call("get_order", { orderId })],
    ["a call that never passes", call("create_refund", { ...refund, amount: "1250" })],
    ["the shop's own API", curl(`${dataUrl}/shop/orders/${orderId}`)],
    ["what no contract names", `curl -s -X DELETE ${dataUrl}/shop/orders/${orderId}`],
    ["the surface that is left of it", curl(`${dataUrl}/openapi.json`)],
    ["what waits for a person", approve],
    ["whether it is ready", curl(`${adminUrl}/readyz`)],
    ["every call, as it was recorded", `tail -n 3 ${journal}`],
  ];
  print();
  print(paint("bold", "Try it: all of this stays up until Ctrl-C"));
  for (const [what, command] of lines) print(`\n  ${paint("dim", `# ${what}`)}\n  ${command}`);
  print();
};
