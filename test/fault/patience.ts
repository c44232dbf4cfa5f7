// For tests of faults: a process has to start, and a deadline to pass, while other tests keep the cores busy. Not in the stage, which
// the soak uses outside of vitest.
import { vi } from "vitest";

export const bePatient = (): void => {
  vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
};
