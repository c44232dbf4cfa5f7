// Tests run in Node itself, without Vite's transforms: what is tested is what runs, type stripping and loader hooks included.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/support/keep-outputs.ts"],
    experimental: { viteModuleRunner: false },
    testTimeout: 60_000, // on a busy machine, for what starts processes or compiles thousands of schemas
    hookTimeout: 60_000,
    maxWorkers: 2, // files wait for child processes and deadlines much of their time: one worker alone leaves cores idle
    coverage: { include: ["src/**"], reporter: ["text-summary", "html"] },
  },
});
