// What the data port takes, out of the operator's settings and what this machine gives.
import { getHeapStatistics } from "node:v8";
import type { AdmissionLimits } from "./ingress/admission/admission.ts";
import { withinFileLimit } from "./ingress/admission/file-limit.ts";
import type { createDataServer } from "./ingress/data-server.ts";
import type { Settings } from "./settings.ts";

/** Node's own bound is that of `--max-old-space-size`, or of the container. */
const bytesInFlight = ({ maxInFlightBytes }: Settings): number =>
  maxInFlightBytes === 0 ? Math.floor(getHeapStatistics().heap_size_limit / 128) : maxInFlightBytes;

export const admissionLimits = (settings: Settings): AdmissionLimits => ({
  ...settings,
  maxInFlightBytes: bytesInFlight(settings),
});

const LOOPBACK = ["127.0.0.1", "localhost", "[::1]"];

export const dataOptions = (settings: Settings): Parameters<typeof createDataServer>[0]["options"] => ({
  ...settings,
  maxConnections: withinFileLimit(settings.maxConnections),
  allowedHosts: new Set([...LOOPBACK, ...settings.allowedHosts.map((host) => host.toLowerCase())]),
  allowedOrigins: new Set(settings.allowedOrigins.map((origin) => origin.toLowerCase())),
});
