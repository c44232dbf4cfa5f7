// The agent that talks to users. Its orchestrator opens a run for each conversation, so that rules see its calls alone.
import { defineCaller, secret } from "checkrein";

export const agent = defineCaller({ name: "airline-agent", key: secret("AIRLINE_AGENT_KEY") });
