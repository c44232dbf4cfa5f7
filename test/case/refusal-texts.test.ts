// Every refusal of the catalogue has the class that decides what the agent does, and a text that a model can act on: under 600
// characters, with the place and the remedy. The texts stand in refusal-texts.txt, to be read by people. It is written anew by
// `npx vitest run test/case/refusal-texts.test.ts -u`; with `-u` in front of the name, vitest would run everything.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { refusalTextOf } from "../../src/ingress/mcp/refusal-text.ts";
import { type Refusal, type RefusalClass, isRefusalCode, refusalCodes } from "../../src/refusal.ts";
import type { RawAnswer } from "../support/raw-http.ts";
import { type ScriptedBackend, startScriptedBackend } from "../support/scripted-backend.ts";
import { type Case, atPath, cases, codeOf, ownCases } from "./case.ts";
import { inMcpForm, mcpText } from "./mcp-request.ts";
import { readRefusal, runCase } from "./runner.ts";
import { type CaseServer, startSidecar } from "./sidecar.ts";

interface Told {
  readonly one: Case;
  readonly answer: RawAnswer;
  readonly refusal: Refusal;
  readonly text: string;
}

let backend: ScriptedBackend;
let sidecar: CaseServer;
const told: Told[] = [];

/** Each case on the way that it is written for; those that name a call, on `POST /call`. */
const ways = [...cases, ...ownCases].map((one) =>
  one.transport === "any" || one.transport === "rpc" ? atPath(one, "/call") : one,
);

/** What an agent gets, as the value that it was made from. */
const refusalIn = (answer: RawAnswer): Refusal => {
  const { issues = [], next = [], retryAfter, ...more } = readRefusal(answer);
  const wait = retryAfter === undefined ? {} : { retryAfterSeconds: retryAfter };
  return { ...more, ...wait, issues, next } as Refusal; // the sidecar's own, which cases.test.ts looks at
};

const tell = async (one: Case): Promise<Told | undefined> => {
  const [answer] = (await runCase(one, { port: sidecar.port, backend })).exchange.answers;
  if (answer === undefined || !isRefusalCode(readRefusal(answer)["code"])) return undefined;
  const refusal = refusalIn(answer);
  return { one, answer, refusal, text: refusalTextOf(refusal) };
};

beforeAll(async () => {
  backend = await startScriptedBackend();
  sidecar = await startSidecar(backend.url, { "max-attempts": 0 }); // one agent makes all the mistakes
  for (const one of ways) {
    const outcome = await tell(one);
    if (outcome !== undefined) told.push(outcome);
  }
}, 60_000);

afterAll(async () => {
  await sidecar?.kill();
  await backend?.close();
});

/** Classes that hang on what the call was or what the backend said, with the reason. */
const OTHER_CLASSES: ReadonlyMap<string, RefusalClass> = new Map([
  ["s-backend-fault-03", "ask_human"], // a refund may have been made: nobody knows
  ["own-backend-fault-10", "fix_arguments"], // the backend says 404
  ["own-backend-fault-11", "wait"], // the backend says 503, with a time
  ["own-backend-fault-12", "stop"], // a refund was made, whatever its answer says
]);

it("every case that is refused is among them, with its code", () => {
  const due = ways.filter((one) => codeOf(one) !== undefined && one.request.method !== "HEAD");
  const seen = new Map(told.map(({ one, refusal }) => [one.id, refusal.code]));
  const closed = due.filter((one) => one.expect.status_class.includes("close") && !seen.has(one.id));
  const wanted = due.filter((one) => !closed.includes(one)).map((one) => [one.id, codeOf(one)]);
  expect([...seen].filter(([id]) => wanted.some(([one]) => one === id))).toEqual(wanted);
  expect(told.length).toBeGreaterThan(150);
});

it("the class is that of the code, or the one that is written down", () => {
  const classes = told.map(({ one, refusal }) => [one.id, refusal.class]);
  const due = told.map(({ one, refusal }) => [one.id, OTHER_CLASSES.get(one.id) ?? refusalCodes[refusal.code].class]);
  expect(classes).toEqual(due);
});

describe("the text", () => {
  it("is under 600 characters, and whole letters", () => {
    expect(told.filter(({ text }) => text.length >= 600 || !text.isWellFormed())).toEqual([]);
  });

  it("names the place", () => {
    const isNamed = ({ refusal: { issues }, text }: Told): boolean => {
      const [first] = issues;
      if (first === undefined) return PLACES.test(text);
      return first.path === "" ? WHOLE.test(text) : text.includes(first.path.slice(0, 80));
    };
    expect(told.filter((one) => !isNamed(one)).map(({ text }) => text)).toEqual([]);
  });

  it("ends with the remedy", () => {
    expect(told.filter(({ text }) => !REMEDIES.test(text)).map(({ text }) => text)).toEqual([]);
  });

  it("is what models read over MCP", async () => {
    const calls = ways.flatMap((one) => inMcpForm(one, "modern") ?? []).filter((one) => !one.expect.forwarded);
    let results = 0;
    for (const one of calls) {
      const outcome = await tell(one);
      const read = mcpText(outcome?.answer);
      if (outcome === undefined || read === undefined) continue;
      results += 1;
      expect(read).toBe(outcome.text);
    }
    expect(results).toBeGreaterThan(40);
  });

  it("of every case is the one that was reviewed", async () => {
    const blocks = told.map(({ one, refusal, text }) => `# ${one.id}: ${refusal.code}, ${refusal.class}\n${text}\n`);
    await expect(blocks.toSorted().join("\n")).toMatchFileSnapshot("refusal-texts.txt");
  });
});

const WHOLE = /\bthe arguments: |\bline \d+, column \d+|^Refused \(\w+\): The text /;

/** Parts of a request, for refusals of what is no call yet. */
const PLACES =
  /\b(?:tool|path|target|query|body|headers?|host|method|message|params|member|origin|Content-Type|Transfer-Encoding|parameter|backend|text|key|request|call|line \d+)\b/;

const REMEDIES =
  /(?:Correct this and call again|Apply the fix(?:es)? and call again|Call a tool that exists|Do first what is named above, then call again|Wait(?: \d+ s)?, then call again|Ask a person how to go on; .*|Do not repeat this call|Go on without it, or tell your user)\.(?: The call reached the backend\.| It is not known whether the call took place\.)?$/;
