// The README is run: its files are written into a copy of the project, its commands are executed there, and what it says
// of an answer is compared with the answer.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import pino from "pino";
import { afterAll, describe, expect, it } from "vitest";
import { startShop } from "../../examples/shop/service.ts";
import { startApp } from "../../src/app.ts";
import { readSettings } from "../../src/settings.ts";

const root = join(import.meta.dirname, "../..");
const readme = readFileSync(join(root, "README.md"), "utf8");
const scripts: Readonly<Record<string, string>> = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).scripts;

const blocks = [...readme.matchAll(/^```(\w*)(?: ([^\n]*))?\n(.*?)^```$/gms)].map(
  ([, language = "", note = "", text = ""]) => ({
    language,
    note,
    text,
  }),
);

const copy = mkdtempSync(join(tmpdir(), "checkrein-readme-"));
afterAll(() => rmSync(copy, { recursive: true }));
for (const name of ["src", "node_modules"]) symlinkSync(join(root, name), join(copy, name));
for (const name of ["package.json", "contracts", "openapi"])
  cpSync(join(root, name), join(copy, name), { recursive: true });
for (const { note, text } of blocks) {
  const file = /^file=(.+)$/.exec(note)?.[1];
  if (file === undefined) continue;
  mkdirSync(dirname(join(copy, file)), { recursive: true });
  writeFileSync(join(copy, file), text);
}

const run = (command: string): { readonly code: number | null; readonly said: string } => {
  const { status, stdout, stderr } = spawnSync("bash", ["-e", "-c", command], { cwd: copy, encoding: "utf8" });
  return { code: status, said: `${stdout}${stderr}` };
};

describe("the README's commands", () => {
  for (const { text } of blocks.filter(({ language, note }) => language === "sh" && note === "run")) {
    it(`run: ${text.trim().split("\n")[0]}`, () => {
      const { code, said } = run(text);
      expect(said).not.toMatch(/FAIL|Error:/);
      expect(code).toBe(0);
    });
  }

  it("name only scripts that there are", () => {
    const named = [...readme.matchAll(/npm run ([a-z:]+)/g)].map(([, name = ""]) => name);
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });

  it("stand beside code that is in the files it names, word for word", () => {
    const shown = blocks.flatMap(({ note, text }) => {
      const file = /^from=(.+)$/.exec(note)?.[1];
      return file === undefined ? [] : [{ file, isThere: readFileSync(join(root, file), "utf8").includes(text) }];
    });
    expect(shown.length).toBeGreaterThan(1);
    expect(shown.filter(({ isThere }) => !isThere)).toEqual([]);
  });

  it("link only to pages that there are", () => {
    const links = [...readme.matchAll(/\]\(((?:docs|examples)\/[^)#]+)/g)].map(([, link = ""]) => link);
    expect(links.map((link) => readFileSync(join(root, link), "utf8").length > 500)).toEqual(links.map(() => true));
  });
});

describe("the tool of the README", () => {
  it("is refused with the README's sentence when its argument is taken out", () => {
    const file = join(copy, "contracts/shop/list-refunds.ts");
    const text = readFileSync(file, "utf8");
    writeFileSync(
      file,
      text.replace(/orderId: z\.string\(\)\.regex\([^)]*\) /, "").replace(/examples: \[.*\],\n/s, ""),
    );
    const { code, said } = run("npm run checkrein -- check");
    writeFileSync(file, text);
    expect(code).toBe(1);
    expect(said).toContain("the operation requires 'orderId': add it to input or pin");
    expect(readme).toContain("`the operation requires 'orderId': add it to input or pin`");
  });

  it("is called, and the refusal that the README shows comes as it shows it", async () => {
    const shop = await startShop({ port: 0, token: "a-token" });
    const words = [
      "--contracts",
      join(copy, "contracts/shop"),
      "--port",
      "0",
      "--admin-port",
      "0",
      "--journal",
      "none",
      "--state",
      "memory",
      "--anonymous",
      "true",
    ];
    const read = readSettings({}, words);
    if (!read.ok) throw new Error(read.problems.join());
    const environment = { SHOP_URL: shop.url, SHOP_TOKEN: "a-token" };
    const app = await startApp({ settings: read.settings, environment, log: pino({ level: "silent" }) });
    const call = async (tool: string, args: object): Promise<Record<string, unknown>> => {
      const headers = { "content-type": "application/json" };
      const answer = await fetch(`${app.dataUrl}/call`, {
        method: "POST",
        headers,
        body: JSON.stringify({ tool, arguments: args }),
      });
      return (await answer.json()) as Record<string, unknown>; // every answer of /call to these tools is an object
    };
    const refunds = await call("list_refunds", { orderId: "ord_100005" });
    const refused = await call("create_refund", { orderId: "ord_100005", amount: "1250", reason: "late" });
    await app.stop();
    await shop.close();
    expect(refunds).toMatchObject({ result: { refunds: [{ orderId: "ord_100005" }] } });
    const shown = /422 (\{.*?\})\n```/s.exec(readme)?.[1] ?? "";
    const { code, class: refusalClass, forwarded, issues } = refused;
    const [issue] = issues as readonly Record<string, unknown>[]; // a refusal of arguments has issues
    const { path, message, accepts, fix } = issue ?? {};
    const told = { code, class: refusalClass, forwarded, issues: [{ path, message, accepts, fix }] };
    expect(told).toEqual(JSON.parse(shown));
    const page = readFileSync(join(root, "docs/REFUSALS.md"), "utf8");
    const whole = JSON.parse(/^```json\n(.*?)^```$/ms.exec(page)?.[1] ?? "");
    expect(refused).toEqual({ ...whole, call: refused["call"] });
  });
});
