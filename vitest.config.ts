// Tests run in Node itself, without Vite's transforms: what is tested is what runs, type stripping and loader hooks included.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    experimental: { viteModuleRunner: false },
    testTimeout: 20_000,
    coverage: { include: ["src/**"], reporter: ["text-summary", "html"] },
  },
});
