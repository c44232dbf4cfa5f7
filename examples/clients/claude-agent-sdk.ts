// The Claude Agent SDK, which runs Claude Code. `tools: []` takes Claude Code's own tools away, so that nothing but
// checkrein's are left. Which model API it calls stands in ANTHROPIC_BASE_URL.
import { query } from "@anthropic-ai/claude-agent-sdk";
import { checkreinUrl, prompt } from "./support/settings.ts";

const run = query({
  prompt,
  options: {
    mcpServers: { checkrein: { type: "http", url: checkreinUrl } },
    allowedTools: ["mcp__checkrein"],
    tools: [],
    settingSources: [],
  },
});
for await (const message of run)
  if (message.type === "result") console.log("result" in message ? message.result : message.subtype);
