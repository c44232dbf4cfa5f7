// The clients: how each is started and told where checkrein is. What a user writes for it stands in the file of its name.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ScriptedCall } from "./fake-model.ts";

export interface Place {
  readonly checkreinUrl: string;
  /** Base URL of the fake model: `http://127.0.0.1:<port>/v1`. */
  readonly modelUrl: string;
  /** An empty folder, the client's HOME. */
  readonly home: string;
}

interface AnyClient {
  readonly name: string;
  /** Its package under the name of package.json, and which member says the version. */
  readonly package: string;
  readonly versionMember?: string;
  /** What the client itself says of arguments that the tool's schema forbids; undefined: it sends them. */
  readonly refusesItself?: string;
}

/** An agent: it asks its model what to do, and its model reads the outcome. */
export interface Agent extends AnyClient {
  readonly kind: "agent";
  readonly command: readonly string[];
  /** What it needs besides CHECKREIN_URL and MODEL_URL. */
  environment?(place: Place): Readonly<Record<string, string>>;
  prepare?(place: Place): void;
}

/** A program for people and scripts: one command a call, and what it prints is what is read. */
export interface CommandLine extends AnyClient {
  readonly kind: "command line";
  readonly list: readonly string[];
  call(call: ScriptedCall): readonly string[];
}

export type Client = Agent | CommandLine;

export const folder = join(import.meta.dirname, "..");
const inspector = ["sh", "inspector.sh", "--method"];
const claude = `node_modules/@anthropic-ai/claude-agent-sdk-${process.platform}-${process.arch}/claude`;

/** Claude Code asks ANTHROPIC_BASE_URL alone, and offers all tools at once instead of a search for tools. */
const claudeEnvironment = ({ modelUrl }: Place): Readonly<Record<string, string>> => ({
  ANTHROPIC_BASE_URL: modelUrl.replace(/\/v1$/, ""),
  ANTHROPIC_API_KEY: "none",
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
  ENABLE_TOOL_SEARCH: "false",
  MCP_CONNECTION_NONBLOCKING: "false",
});

const claudeFlags = "--mcp-config claude-code.json --strict-mcp-config --allowedTools mcp__checkrein".split(" ");

/** codex.toml as users write it, with the port of this run, and a model provider. */
const writeCodexConfig = ({ checkreinUrl, modelUrl, home }: Place): void => {
  const users = readFileSync(join(folder, "codex.toml"), "utf8").replace("http://127.0.0.1:8080/mcp", checkreinUrl);
  const provider = `[model_providers.fake]\nname = "fake"\nbase_url = "${modelUrl}"\nwire_api = "responses"\n`;
  const quiet =
    "check_for_update_on_startup = false\nanalytics.enabled = false\nfeatures.plugins = false\nfeatures.apps = false";
  writeFileSync(join(home, "config.toml"), `model = "any"\nmodel_provider = "fake"\n${quiet}\n\n${users}\n${provider}`);
};

const script = (file: string): readonly string[] => [process.execPath, file];

export const clients: readonly Client[] = [
  {
    kind: "command line",
    name: "MCP Inspector CLI",
    package: "@modelcontextprotocol/inspector",
    list: [...inspector, "tools/list"],
    call: ({ tool, arguments: members }) => {
      const words = Object.entries(members).flatMap(([name, value]) => ["--tool-arg", `${name}=${String(value)}`]);
      return [...inspector, "tools/call", "--tool-name", tool, ...words];
    },
  },
  { kind: "agent", name: "AI SDK 7", package: "@ai-sdk/mcp", command: script("ai-sdk-7.ts") },
  { kind: "agent", name: "AI SDK 6", package: "@ai-sdk/mcp-1", command: script("ai-sdk-6.ts") },
  {
    kind: "agent",
    name: "LangChain",
    package: "@langchain/mcp-adapters",
    command: script("langchain.ts"),
    refusesItself: "Received tool input did not match expected schema",
  },
  {
    kind: "agent",
    name: "OpenAI Agents",
    package: "@openai/agents",
    command: script("openai-agents.ts"),
    environment: () => ({ OPENAI_AGENTS_DISABLE_TRACING: "1" }),
  },
  {
    kind: "agent",
    name: "Mastra",
    package: "@mastra/mcp",
    command: script("mastra.ts"),
    refusesItself: "Tool input validation failed",
  },
  {
    kind: "agent",
    name: "Claude Agent SDK",
    package: "@anthropic-ai/claude-agent-sdk",
    command: script("claude-agent-sdk.ts"),
    environment: claudeEnvironment,
  },
  {
    kind: "agent",
    name: "Claude Code",
    package: "@anthropic-ai/claude-agent-sdk", // which brings the binary
    versionMember: "claudeCodeVersion",
    command: [claude, "-p", "Add two numbers.", ...claudeFlags],
    environment: claudeEnvironment,
  },
  {
    kind: "agent",
    name: "Codex CLI",
    package: "@openai/codex",
    command: [
      ...script("node_modules/@openai/codex/bin/codex.js"),
      "exec",
      "--skip-git-repo-check",
      "--ephemeral",
      "Add.",
    ],
    environment: ({ home }) => ({ CODEX_HOME: home }),
    prepare: writeCodexConfig,
  },
];
