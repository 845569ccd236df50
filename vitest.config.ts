/** Quick tests of single parts, tests that start real daemons and native clients, and what needs other installs. */
import { defineConfig } from 'vitest/config';

// The name that the runner looks for is the default export.
// oxlint-disable-next-line import/no-default-export
export default defineConfig({
  test: {
    pool: 'forks',
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/contract/**/*.test.ts', 'test/architecture.test.ts'],
          testTimeout: 15_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // Each file starts daemons of its own; more of them at a time only makes all of them slow.
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        // Run by a suite of its own, which installs what it needs.
        test: { name: 'sdk-typescript', include: ['test/sdk-typescript/**/*.test.ts'], testTimeout: 120_000 },
      },
      {
        extends: true,
        // The same; each of them takes a processor and more.
        test: { name: 'clients', include: ['test/clients/*.test.ts'], maxWorkers: 2 },
      },
    ],
  },
});
