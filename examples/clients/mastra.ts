// Mastra.
import { Agent } from "@mastra/core/agent";
import { MCPClient } from "@mastra/mcp";
import { checkreinUrl, modelUrl, prompt } from "./support/settings.ts";

const client = new MCPClient({ servers: { checkrein: { url: new URL(checkreinUrl) } } });
const agent = new Agent({
  id: "example",
  name: "Example",
  instructions: "Use the tools.",
  model: { id: "example/any", url: modelUrl, apiKey: "none" },
  tools: await client.listTools(),
});
const { text } = await agent.generate(prompt, { maxSteps: 10 });
console.log(text);
await client.disconnect();
