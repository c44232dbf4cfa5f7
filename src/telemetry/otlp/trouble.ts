// What OpenTelemetry's packages say of themselves. They have one place for the whole process and do not say whose it is: every
// sidecar in it that exports hears all, and one that has stopped hears nothing.
import { DiagLogLevel, diag } from "@opentelemetry/api";

type Listener = (message: string) => void;

/** As the place is the process', so is this. */
const listeners = new Set<Listener>();

const tell = (message: string): void => listeners.forEach((listener) => listener(message));
const ignore = (): void => {};
const logger = { error: tell, warn: tell, info: ignore, debug: ignore, verbose: ignore };

/** Until the function that comes back is called. */
export const watchTrouble = (listener: Listener): (() => void) => {
  if (listeners.size === 0) diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) diag.disable();
  };
};
