// Writes what pages say of the code, from the code: the rooms in ARCHITECTURE.md, the codes and settings in the README, the
// metrics and alerts in OPERATING.md.
// `--check` exits 1 when a page says something else.
import { readFileSync, writeFileSync } from "node:fs";
import { cruise } from "dependency-cruiser";
import { parse } from "yaml";
import { refusalCodes } from "../src/refusal.ts";
import { describeSettings } from "../src/settings.ts";
import { metrics } from "../src/telemetry/names.ts";

const roomOf = (path: string): string => path.split("/")[1]?.replace(/\.ts$/, "") ?? "";

interface Module {
  readonly source: string;
  readonly dependencies: readonly { readonly resolved: string }[];
}

const isOurs = (path: string): boolean => path.startsWith("src/");

const readArrows = async (): Promise<readonly string[]> => {
  const options = { doNotFollow: { path: "node_modules" }, tsPreCompilationDeps: true };
  const { output } = await cruise(["src"], options);
  if (typeof output === "string") throw new TypeError("dependency-cruiser gave a text");
  const modules: readonly Module[] = output.modules;
  const arrows = modules
    .filter(({ source }) => isOurs(source))
    .flatMap(({ source, dependencies }) =>
      dependencies
        .filter(({ resolved }) => isOurs(resolved))
        .map(({ resolved }) => [roomOf(source), roomOf(resolved)] as const),
    )
    .filter(([from, to]) => from !== to);
  return [...new Set(arrows.map(([from, to]) => `  ${from} --> ${to}`))].toSorted();
};

const drawRooms = async (): Promise<string> =>
  ["```mermaid", "flowchart LR", ...(await readArrows()), "```"].join("\n");

/** Classes that hang on what is known of the call. */
const CLASSES: Readonly<Record<string, string>> = {
  backend_error: "4xx fix_arguments; 429, 503 wait; else not_your_fault",
  invalid_output: "not_your_fault; stop after a write",
  upstream_too_large: "not_your_fault; stop after a write",
  limit_reached: "wait; stop where waiting cannot help",
  overloaded: "wait; ask_human after a write that was sent",
  upstream_outcome_unknown: "wait; ask_human after a write",
  upstream_timeout: "wait; ask_human after a write",
};

const listCodes = (): string => {
  const rows = Object.entries(refusalCodes).map(([code, { status, class: refusalClass, blame, title }]) => {
    const shown = code === "backend_error" ? "the backend's" : status;
    return `| \`${code}\` | ${shown} | ${CLASSES[code] ?? refusalClass} | ${blame} | ${title} |`;
  });
  return ["| code | HTTP | class | blame | meaning |", "|---|---|---|---|---|", ...rows].join("\n");
};

const listSettings = (): string => {
  const rows = describeSettings().map(
    ({ variable, flag, default: standard, purpose }) =>
      `| \`${variable}\` | \`${flag}\` | ${standard === "" ? "" : `\`${standard}\``} | ${purpose} |`,
  );
  return ["| variable | flag | default | what for |", "|---|---|---|---|", ...rows].join("\n");
};

const listMetrics = (): string => {
  const rows = Object.values(metrics).map(({ name, kind, labels, help, look }) => {
    const shown = labels.map((label) => `\`${label}\``).join(", ");
    return `| \`${name}\` | ${kind} | ${shown} | ${help} | ${look} |`;
  });
  return ["| metric | kind | labels | what | what to do |", "|---|---|---|---|---|", ...rows].join("\n");
};

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly action: string };
}

const listAlerts = (): string => {
  const text = readFileSync(new URL("../deploy/prometheus/alerts.yaml", import.meta.url), "utf8");
  const { groups }: { readonly groups: readonly { readonly rules: readonly Alert[] }[] } = parse(text);
  const rows = groups
    .flatMap(({ rules }) => rules)
    .map(({ alert, expr, for: since, labels, annotations }) => {
      const when = `\`${expr.replaceAll("|", "\\|")}\`${since === undefined ? "" : `, for ${since}`}`;
      return `| ${alert} | ${labels.severity} | ${when} | ${annotations.action} |`;
    });
  return ["| alert | severity | when | what to do |", "|---|---|---|---|", ...rows].join("\n");
};

const PARTS = [
  { page: "docs/ARCHITECTURE.md", name: "rooms", write: drawRooms },
  { page: "README.md", name: "codes", write: listCodes },
  { page: "README.md", name: "settings", write: listSettings },
  { page: "docs/OPERATING.md", name: "metrics", write: listMetrics },
  { page: "docs/OPERATING.md", name: "alerts", write: listAlerts },
] as const;

const root = new URL("../", import.meta.url);
for (const { page, name, write } of PARTS) {
  const file = new URL(page, root);
  const text = readFileSync(file, "utf8");
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [before, rest] = text.split(open);
  const after = rest?.split(close)[1];
  if (before === undefined || after === undefined) throw new Error(`${page} has no ${open} … ${close}`);
  const written = `${before}${open}\n${await write()}\n${close}${after}`;
  if (written === text) continue;
  if (!process.argv.includes("--check")) writeFileSync(file, written);
  else {
    process.stderr.write(`${page}: ${name} is not what the code says: run \`npm run generate\`\n`);
    process.exitCode = 1;
  }
}
