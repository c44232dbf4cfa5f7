// LangChain.js. The adapter throws a refusal, and createAgent makes a message for the model of it.
import { MultiServerMCPClient } from "@langchain/mcp-adapters";
import { ChatOpenAI } from "@langchain/openai";
import { createAgent } from "langchain";
import { checkreinUrl, modelUrl, prompt } from "./support/settings.ts";

const client = new MultiServerMCPClient({ mcpServers: { checkrein: { transport: "http", url: checkreinUrl } } });
const model = new ChatOpenAI({ model: "any", apiKey: "none", configuration: { baseURL: modelUrl } });
const agent = createAgent({ model, tools: await client.getTools() });
const { messages } = await agent.invoke({ messages: [{ role: "user", content: prompt }] });
console.log(messages.at(-1)?.text);
await client.close();
