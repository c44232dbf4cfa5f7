import { defineRestBackend, env } from "checkrein";
export { healthy, orders } from "../contracts/backends.ts";

export const throwing = defineRestBackend({ name: "throwing", document: "throwing.json", url: env("HEALTHY_URL") });
