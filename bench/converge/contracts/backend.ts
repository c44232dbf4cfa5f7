// What the other contracts of the repository rarely have: members with one legal value, dates, nested objects, digits.
import { defineRestBackend, env } from "checkrein";

export const visits = defineRestBackend({ name: "visits", document: "openapi.yaml", url: env("VISITS_URL") });
