// The whole sidecar in this process, on free ports, with an agent that writes its requests as they are told: no client
// library that normalises a path or leaves a header out.
import { Agent, type IncomingMessage, request } from "node:http";
import pino, { type Logger } from "pino";
import { type App, startApp } from "../../src/app.ts";
import { readSettings } from "../../src/settings.ts";
import { keepOutput } from "./keep-outputs.ts";

export interface AgentRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | Uint8Array | undefined;
}

export interface AgentAnswer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
  /** `code` of the refusal; undefined for results and for bodies that are no JSON. */
  readonly code: string | undefined;
}

export interface RunningApp {
  readonly app: App;
  readonly port: number;
  send(request: AgentRequest): Promise<AgentAnswer>;
  call(tool: string, argumentsValue: unknown, path?: "/call" | "/check"): Promise<AgentAnswer>;
  stop(): Promise<void>;
}

export interface RunningOptions {
  readonly contracts: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The last of a flag wins: `--anonymous=false` for tests about who calls. */
  readonly flags?: readonly string[];
  readonly log?: Logger;
  /** Default: the machine's clock. */
  readonly now?: () => number;
}

/** What the admin port of a running app asks for. */
export const ADMIN_TOKEN = "canary-ad01-admin-token-of-the-tests";

export const startRunningApp = async ({
  contracts,
  environment,
  flags = [],
  log = pino({ level: "silent" }),
  now = Date.now,
}: RunningOptions): Promise<RunningApp> => {
  const read = readSettings({}, [
    "--contracts",
    contracts,
    "--port",
    "0",
    "--admin-port",
    "0",
    "--journal",
    "none",
    "--admin-token",
    ADMIN_TOKEN,
    "--anonymous",
    "true",
    "--state",
    "memory", // a file would outlive the test, and belong to one sidecar alone
    "--max-loop-delay-ms",
    "60000", // other tests run on the same cores, and a turn that waits for them is no load
    "--max-attempts",
    "0", // whoever sends bad calls here is one caller, and does not learn from them
    ...flags,
  ]);
  if (!read.ok) throw new Error(read.problems.join("\n"));
  const app = await startApp({ settings: read.settings, environment, log, now });
  const agent = new Agent({ keepAlive: true });
  const port = Number(new URL(app.dataUrl).port);
  const send = (wanted: AgentRequest): Promise<AgentAnswer> => exchange(agent, port, wanted);
  return {
    app,
    port,
    send,
    call: (tool, argumentsValue, path = "/call") =>
      send({
        method: "POST",
        target: path,
        headers: [["content-type", "application/json"]],
        body: JSON.stringify({ tool, arguments: argumentsValue }),
      }),
    stop: async () => {
      agent.destroy();
      await app.stop();
    },
  };
};

const exchange = (agent: Agent, port: number, { method, target, headers, body }: AgentRequest): Promise<AgentAnswer> =>
  new Promise((resolve, reject) => {
    const length: readonly (readonly [string, string])[] =
      body === undefined ? [] : [["content-length", String(Buffer.byteLength(body))]];
    const fields = [["host", `127.0.0.1:${port}`] as const, ...headers, ...length].flat();
    const sent = request({ agent, host: "127.0.0.1", port, method, path: target, headers: fields }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        keepOutput("answers", `${JSON.stringify(answer.rawHeaders)} ${text}`);
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text, code: codeOf(answer, text) });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });

const codeOf = (answer: IncomingMessage, text: string): string | undefined => {
  if (answer.headers["content-type"]?.startsWith("application/problem+json") !== true) return undefined;
  return String(Object(JSON.parse(text)).code);
};
