import { isTakoError } from '../error/tako-error.js';
import type { Authenticator } from '../identity/authenticator.js';
import { call } from '../provider/call.js';
import { inSpan } from './in-span.js';
import type { Span, Tracer } from './tracer.js';

/** What `tracedAuthenticator` takes. */
export interface TracedAuthenticatorOptions {
  readonly tracer: Tracer;
  /** What the way to authenticate is called in traces, for example `oidc`. */
  readonly name: string;
  /** The span that it happens in. @defaultValue the one that is under way, where the tracer knows of it */
  readonly span?: Span | undefined;
}

/** Schemes by name; others are anybody's words. Source: https://www.iana.org/assignments/http-authschemes (read 2026-11-23). */
const schemes: ReadonlySet<string> = new Set(['basic', 'bearer', 'dpop', 'gnap', 'hoba', 'mutual', 'negotiate']);

/**
 * The same authenticator, each of its decisions a span `auth`: the scheme, how long it took, and its outcome (`accepted`,
 * `refused`, or `unavailable` where it could not be told). Never the token, nor what it says of the caller.
 *
 * Requests to the identity provider on the way (introspection, keys) nest in it where HTTP is instrumented.
 */
export function tracedAuthenticator(
  authenticator: Authenticator,
  { tracer, name, span }: TracedAuthenticatorOptions,
): Authenticator {
  return {
    authenticate(credentials, options) {
      const scheme = schemes.has(credentials.scheme) ? credentials.scheme : 'other';
      const start = { kind: 'auth', name, attributes: { authenticator: name, scheme } } as const;
      return inSpan(call({ tracer, span, signal: options?.signal }), start, async (_, own) => {
        try {
          const principal = await authenticator.authenticate(credentials, options);
          own?.set({ outcome: 'accepted' });
          return principal;
        } catch (error) {
          own?.set({ outcome: isTakoError(error, 'auth', 'permission') ? 'refused' : 'unavailable' });
          throw error;
        }
      });
    },
  };
}
