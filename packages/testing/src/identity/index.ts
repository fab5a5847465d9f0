export { authenticatorConformance } from './authenticator-conformance.js';
export { newSigner, publicJwk, signToken } from './sign-token.js';
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
export type { TokenAlgorithm, TokenContent, TokenSigner } from './sign-token.js';
export type { ConformanceCase } from '../conformance/conformance-case.js';
