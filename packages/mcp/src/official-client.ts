// Loaded on demand, by name: a bundler can then leave out what else the SDK holds (OAuth, HTTP), a quarter of its size.
export { Client } from '@modelcontextprotocol/client';
