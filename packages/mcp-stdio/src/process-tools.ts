// Loaded on demand, when a server is started. cross-spawn, since Windows runs no `npx` without its help.
export { getDefaultEnvironment } from '@modelcontextprotocol/client/stdio';
export { spawn } from 'cross-spawn';
