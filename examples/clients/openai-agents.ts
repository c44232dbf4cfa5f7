// The OpenAI Agents SDK.
import { Agent, MCPServerStreamableHttp, OpenAIProvider, Runner } from "@openai/agents";
import { checkreinUrl, modelUrl, prompt } from "./support/settings.ts";

const checkrein = new MCPServerStreamableHttp({ name: "checkrein", url: checkreinUrl });
await checkrein.connect();
const agent = new Agent({ name: "Example", model: "any", mcpServers: [checkrein] });
const modelProvider = new OpenAIProvider({ baseURL: modelUrl, apiKey: "none" });
const { finalOutput } = await new Runner({ modelProvider }).run(agent, prompt);
console.log(finalOutput);
await checkrein.close();
