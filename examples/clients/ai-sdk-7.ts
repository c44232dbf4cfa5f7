// Vercel's AI SDK 7. A refusal comes back to the model as the tool's result.
import { createMCPClient } from "@ai-sdk/mcp";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateText, isStepCount } from "ai";
import { checkreinUrl, modelUrl, prompt } from "./support/settings.ts";

const client = await createMCPClient({ transport: { type: "http", url: checkreinUrl } });
const model = createOpenAICompatible({ name: "example", baseURL: modelUrl }).chatModel("any");
const { text } = await generateText({ model, tools: await client.tools(), prompt, stopWhen: isStepCount(10) });
console.log(text);
await client.close();
