import type { CertifiedKey } from '../certificates/certificate-authority.js';

/** Options of a server on loopback. */
export interface LoopbackServerOptions {
  /** Key and certificate in PEM form: the server speaks https. @defaultValue http */
  readonly tls?: CertifiedKey | undefined;
}
