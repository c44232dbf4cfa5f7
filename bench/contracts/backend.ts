import { bearer, defineRestBackend, env, secret } from "checkrein";

export const measured = defineRestBackend({
  name: "measured",
  document: "../openapi.yaml",
  url: env("BENCH_URL"),
  credential: bearer(secret("BENCH_TOKEN")),
  mount: "/",
});
