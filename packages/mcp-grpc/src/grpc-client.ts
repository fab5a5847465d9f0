// Loaded on demand, when the first connection is made.
export { Client, connectivityState, credentials, Metadata } from '@grpc/grpc-js';
