// The backend of the cases, which the faults befall, and another one, which they must not harm.
import { defineRestBackend, env } from "checkrein";
export { orders } from "../../case/contracts/backend.ts";

export const healthy = defineRestBackend({
  name: "healthy",
  document: new URL("healthy.json", import.meta.url), // other folders have it, too
  url: env("HEALTHY_URL"),
});
