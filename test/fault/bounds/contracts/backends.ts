// One that faults befall, and one that they must not harm.
import { defineRestBackend, env } from "checkrein";

const shared = { document: "api.json", deadlineMs: 5000, connectTimeoutMs: 400 } as const;

export const sick = defineRestBackend({ ...shared, name: "sick", url: env("SICK_URL") });
export const well = defineRestBackend({ ...shared, name: "well", url: env("WELL_URL") });
