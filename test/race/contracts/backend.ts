// What the races call: each tool has one rule, and `round` names what it counts, so that one sidecar lasts for many rounds.
import { defineRestBackend, env } from "checkrein";

export const racing = defineRestBackend({
  name: "racing",
  document: "openapi.json",
  url: env("RACING_URL"),
  mount: "/",
  deadlineMs: 5_000,
});
