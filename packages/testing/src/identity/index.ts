export { authenticatorConformance } from './authenticator-conformance.js';
export { keySetServer } from './key-set-server.js';
export { newSigner, publicJwk, signToken } from './sign-token.js';
export { upstreamServer } from './upstream-server.js';
export type {
  AuthenticatorUnderTest,
  AuthFeature,
  AuthSubject,
  KeySetSubject,
  MintedToken,
  TokenSubject,
  UpstreamFault,
  UpstreamSubject,
} from './authenticator-under-test.js';
export type { KeySetServer } from './key-set-server.js';
export type { TokenAlgorithm, TokenContent, TokenSigner } from './sign-token.js';
export type { UpstreamAnswer, UpstreamServer } from './upstream-server.js';
export type { LoopbackServerOptions } from '../loopback/loopback-server-options.js';
export type { ConformanceCase } from '../conformance/conformance-case.js';
