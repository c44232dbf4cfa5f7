// Runs one client through the script and says what it was offered and what its model read.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { type Child, startChild } from "./child.ts";
import { type Agent, type Client, type CommandLine, folder } from "./clients.ts";
import { type ScriptedCall, startFakeModel } from "./fake-model.ts";
import { startFence } from "./fence.ts";

export interface Seen {
  readonly tools: readonly string[];
  /** Call by call, what the model (or whoever reads the output) reads; undefined: nothing. */
  readonly read: readonly (string | undefined)[];
  /** What went wrong with the client as a whole. */
  readonly faults: readonly string[];
}

/** What every client's process gets. */
interface Surroundings {
  readonly url: string;
  readonly home: string;
  readonly environment: Readonly<Record<string, string>>;
}

const MILLISECONDS = 60_000;

export const watchClient = async (client: Client, url: string, script: readonly ScriptedCall[]): Promise<Seen> => {
  const home = mkdtempSync(join(tmpdir(), "checkrein-client-"));
  const fence = await startFence();
  try {
    const around = { url, home, environment: { ...fence.environment, CHECKREIN_URL: url, HOME: home } };
    const watch = client.kind === "agent" ? watchAgent(client, script, around) : watchCommands(client, script, around);
    const seen = await watch;
    return { ...seen, faults: [...seen.faults, ...fence.tried.map((host) => `it tried to reach ${host}`)] };
  } finally {
    await fence.close();
    rmSync(home, { recursive: true, force: true });
  }
};

const watchAgent = async (
  agent: Agent,
  script: readonly ScriptedCall[],
  { url, home, environment }: Surroundings,
): Promise<Seen> => {
  const model = await startFakeModel(script);
  try {
    const place = { checkreinUrl: url, modelUrl: model.url, home };
    agent.prepare?.(place);
    const own = { ...agent.environment?.(place), ...environment, MODEL_URL: model.url };
    const child = startChild(agent.command, { folder, environment: own, milliseconds: MILLISECONDS });
    const ended = faultsOf(child, await child.ended);
    return { tools: [...model.offered], read: model.read(), faults: [...model.faults, ...ended] };
  } finally {
    await model.close();
  }
};

const watchCommands = async (
  client: CommandLine,
  script: readonly ScriptedCall[],
  { environment }: Surroundings,
): Promise<Seen> => {
  const run = async (command: readonly string[]): Promise<Child> => {
    const child = startChild(command, { folder, environment, milliseconds: MILLISECONDS / (script.length + 1) });
    await child.ended;
    return child;
  };
  const listed = await run(client.list);
  const faults = faultsOf(listed, await listed.ended);
  if (faults.length > 0) return { tools: [], read: [], faults };
  const { tools } = Listed.parse(JSON.parse(listed.stdout()));
  const read: string[] = [];
  for (const call of script) read.push((await run(client.call(call))).stdout()); // it ends with 5 after a refusal
  return { tools: tools.map(({ name }) => name), read, faults };
};

const Listed = z.object({ tools: z.array(z.object({ name: z.string() })) });

const faultsOf = (child: Child, code: number | undefined): readonly string[] =>
  code === 0 ? [] : [`ended with ${code ?? "a signal"}: ${child.stderr().slice(-500)}`];
