import { defineProject } from 'vitest/config';

export default defineProject({ test: { name: 'reliability', include: ['src/**/*.test.ts', 'test/**/*.test.ts'] } });
