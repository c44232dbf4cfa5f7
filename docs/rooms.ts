// Draws the rooms of src/ from the code's own imports into docs/ARCHITECTURE.md, between two marks. `--check` exits 1 when
// the picture there is not the one that the code gives.
import { readFileSync, writeFileSync } from "node:fs";
import { cruise } from "dependency-cruiser";

const PAGE = new URL("ARCHITECTURE.md", import.meta.url);
const MARKS = ["<!-- rooms: made by `node docs/rooms.ts` -->", "<!-- /rooms -->"] as const;

const roomOf = (path: string): string => path.replace(/^src\//, "").split("/")[0]?.replace(/\.ts$/, "") ?? "";

interface Module {
  readonly source: string;
  readonly dependencies: readonly { readonly resolved: string }[];
}

const readArrows = async (): Promise<ReadonlyMap<string, ReadonlySet<string>>> => {
  const { output } = await cruise(["src"], { doNotFollow: { path: "node_modules" }, tsPreCompilationDeps: true });
  if (typeof output === "string") throw new TypeError("dependency-cruiser gave a text");
  const arrows = new Map<string, Set<string>>();
  for (const { source, dependencies } of output.modules as readonly Module[]) {
    if (!source.startsWith("src/")) continue;
    const from = arrows.get(roomOf(source)) ?? new Set<string>();
    arrows.set(roomOf(source), from);
    for (const { resolved } of dependencies) {
      if (resolved.startsWith("src/") && roomOf(resolved) !== roomOf(source)) from.add(roomOf(resolved));
    }
  }
  return arrows;
};

/** Mermaid, sorted, so that the same imports give the same text. */
const draw = (arrows: ReadonlyMap<string, ReadonlySet<string>>): string => {
  const lines = [...arrows].toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([from, to]) => [...to].toSorted().map((room) => `  ${from} --> ${room}`));
  return ["```mermaid", "flowchart LR", ...lines, "```"].join("\n");
};

const page = readFileSync(PAGE, "utf8");
const [before = "", rest = ""] = page.split(MARKS[0]);
const after = rest.split(MARKS[1])[1] ?? "";
const drawn = `${before}${MARKS[0]}\n${draw(await readArrows())}\n${MARKS[1]}${after}`;

if (!process.argv.includes("--check")) writeFileSync(PAGE, drawn);
else if (drawn !== page) {
  process.stderr.write("docs/ARCHITECTURE.md shows other imports than the code has: run `node docs/rooms.ts`\n");
  process.exitCode = 1;
}
