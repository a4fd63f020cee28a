import { defineConfig } from "vitest/config";

// A test reads thousands of states: on a busy machine that may take a while.
export default defineConfig({
  test: { include: ["tests/widgets/**/*.test.{ts,tsx}"], testTimeout: 120_000, maxWorkers: "100%" },
});
