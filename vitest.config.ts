// Tests run against the build in dist/, as users do: workers start only from there. Time limits are for slow machines; no
// test asserts a time.
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.js';

export default defineConfig({
  test: {
    setupFiles: ['test/support/speak-of-flags.ts'],
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // The build runs as Node loads it, except the file whose imports a test replaces.
    server: { deps: { external: [/\/dist\/(?!analysis\/explain\.js)/] } },
    // Tests start processes and worker pools of their own: more test files at once only wait for each other.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: ['unit', 'cli', 'e2e'].map((name) => ({
      extends: true as const,
      // Files share a process, with modules, caches and pools: no result depends on these.
      test: { name, include: [`test/${name}/**/*.test.ts`], isolate: false },
    })),
  },
});
