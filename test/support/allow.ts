// Allow lists of MCP backends: the two ends, and lists that name a little.
import type { Allow } from "../../src/contract/allow-declaration.ts";

export const nothing: Allow = Object.freeze({
  resources: [],
  prompts: [],
  completion: false,
  logging: false,
  elicitation: false,
  sampling: false,
  roots: false,
  subscriptions: false,
});

export const everything: Allow = Object.freeze({
  resources: ["**"],
  prompts: ["**"],
  completion: true,
  logging: true,
  elicitation: true,
  sampling: true,
  roots: true,
  subscriptions: true,
});

export const allow = (more: Partial<Allow>): Allow => ({ ...nothing, ...more });
