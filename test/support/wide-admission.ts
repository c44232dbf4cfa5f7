// Room for everything, where a test is about something else.
import { type Admission, createAdmission } from "../../src/ingress/admission/admission.ts";

export const wideAdmission = (): Admission =>
  createAdmission({ maxInFlight: 10_000, maxInFlightBytes: 1_000_000_000, maxLoopDelayMs: 60_000 });
