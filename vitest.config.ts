// Tests run against the build in dist/, as users do: threads start only from there. Patience is for slow machines; no
// test asserts a time.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/speak-of-flags.ts'],
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});
