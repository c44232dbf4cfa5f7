// All folders of contracts in this repository whose backends speak REST, each with what it needs to run. Those of MCP
// servers (bench/mcp-contracts, examples/clients) have the inputs of others here, and are left out.
import { fileURLToPath } from "node:url";
import type { ContractSet } from "./system.ts";

const DAY_MS = 86_400_000;

/** A Friday noon in Berlin, and five weeks later the next: longer than the longest window of a rule. */
const often = { time: "2026-05-08T12:00:00+02:00", jumpMs: 35 * DAY_MS, caller: "anonymous" } as const;

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const benchSet = (folder: string): ContractSet => ({
  ...often,
  name: folder,
  folder: at(`bench/${folder}`),
  document: at("bench/openapi.yaml"),
  address: "BENCH_URL",
  environment: { BENCH_TOKEN: "t" },
});

export const contractSets: readonly ContractSet[] = [
  {
    ...often,
    name: "shop",
    folder: at("contracts/shop"),
    document: at("openapi/shop.yaml"),
    address: "SHOP_URL",
    environment: { SHOP_TOKEN: "t" },
  },
  {
    name: "airline",
    folder: at("contracts/airline"),
    document: at("openapi/airline.yaml"),
    address: "AIRLINE_URL",
    environment: { AIRLINE_TOKEN: "t", AIRLINE_AGENT_KEY: "the-key-of-the-agent" },
    caller: "airline-agent",
    // “The current time is 2024-05-15 15:00:00 EST.” Its rules look at one run alone, so that time need not jump.
    time: "2024-05-15T15:00:00-05:00",
    jumpMs: 0,
  },
  {
    ...often,
    name: "rules",
    folder: at("examples/rules"),
    document: at("openapi/shop.yaml"),
    address: "SHOP_URL",
    environment: { DESK_KEY: "the-key-of-the-desk", LOGIN_KEYS_URL: "http://127.0.0.1:9/keys" }, // nobody logs in here
    caller: "desk",
  },
  {
    ...often,
    name: "cases",
    folder: at("test/case/contracts"),
    document: at("test/data/cases/openapi.json"),
    address: "ORDERS_URL",
    environment: { ORDERS_TOKEN: "t" },
  },
  {
    ...often,
    jumpMs: 53 * 7 * DAY_MS, // it pays once, which is remembered for a year
    name: "race",
    folder: at("test/race/contracts"),
    document: at("test/race/contracts/openapi.json"),
    address: "RACING_URL",
    environment: {},
  },
  {
    ...often,
    name: "visits",
    folder: at("bench/converge/contracts"),
    document: at("bench/converge/contracts/openapi.yaml"),
    address: "VISITS_URL",
    environment: {},
  },
  ...["contracts", "state-contracts", "runs-contracts"].map(benchSet),
];
