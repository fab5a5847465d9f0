// Loaded on demand, when the first connection is made.
export { WebSocket } from 'ws';
