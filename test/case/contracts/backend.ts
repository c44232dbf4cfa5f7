// The backend of the regression cases, at the root of the data port: the cases speak its own paths.
import { bearer, defineRestBackend, env, secret } from "checkrein";

export const orders = defineRestBackend({
  name: "orders",
  document: "../../data/cases/openapi.json",
  url: env("ORDERS_URL"),
  credential: bearer(secret("ORDERS_TOKEN")),
  mount: "/",
  deadlineMs: 2000,
  maxResponseBytes: 1_048_576,
});
