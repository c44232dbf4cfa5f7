// Who calls. Until callers are declared, everyone on the data port is this one.
import type { Caller } from "../call.ts";

export const ANONYMOUS: Caller = Object.freeze({ name: "anonymous" });
