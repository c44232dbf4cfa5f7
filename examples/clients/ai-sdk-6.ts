// Vercel's AI SDK 6. The names end in numbers because version 7 stands beside it here: in your project they are
// `@ai-sdk/mcp`, `@ai-sdk/openai-compatible` and `ai`.
import { createMCPClient } from "@ai-sdk/mcp-1";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible-2";
import { generateText, stepCountIs } from "ai-6";
import { checkreinUrl, modelUrl, prompt } from "./support/settings.ts";

const client = await createMCPClient({ transport: { type: "http", url: checkreinUrl } });
const model = createOpenAICompatible({ name: "example", baseURL: modelUrl }).chatModel("any");
const { text } = await generateText({ model, tools: await client.tools(), prompt, stopWhen: stepCountIs(10) });
console.log(text);
await client.close();
