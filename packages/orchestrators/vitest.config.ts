import { defineProject } from 'vitest/config';

export default defineProject({ test: { name: 'orchestrators', include: ['src/**/*.test.ts', 'test/**/*.test.ts'] } });
