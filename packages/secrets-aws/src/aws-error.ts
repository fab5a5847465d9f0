import { isTakoError, type TakoError } from '@tako/core';
import { codeByStatus, parseRetryAfter, providerError, transportError } from '@tako/core/provider';

const source = 'AwsSecretsManagerResolver';

/**
 * What the exceptions mean where their status, 400 for most of them, does not say it.
 *
 * Sources: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html#API_GetSecretValue_Errors and
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html and,
 * for web identities, https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html (read 2026-11-23).
 */
const exceptions: { readonly [name: string]: TakoError['code'] } = {
  AccessDenied: 'permission',
  AccessDeniedException: 'permission',
  DecryptionFailure: 'permission', // of the KMS key
  ExpiredToken: 'auth',
  ExpiredTokenException: 'auth',
  IDPRejectedClaim: 'auth',
  IDPRejectedClaimException: 'auth',
  IncompleteSignature: 'auth',
  IncompleteSignatureException: 'auth',
  InvalidClientTokenId: 'auth',
  InvalidIdentityToken: 'auth',
  InvalidIdentityTokenException: 'auth',
  InvalidRequestException: 'not_found', // the secret is marked for deletion
  InvalidSignatureException: 'auth',
  MissingAuthenticationToken: 'auth',
  MissingAuthenticationTokenException: 'auth',
  NotAuthorized: 'permission',
  OptInRequired: 'permission',
  RequestExpired: 'auth',
  ResourceNotFoundException: 'not_found',
  ThrottlingException: 'rate_limited',
  UnrecognizedClientException: 'auth',
};

/**
 * The error for what the SDK threw. Neither its text nor itself as `cause` stands in it: it may quote what was answered.
 */
export function awsError(thrown: unknown, what: string, nowMs: number): unknown {
  if (isTakoError(thrown, 'malformed_response')) {
    return providerError('malformed_response', `${source}: ${what}: ${thrown.message}`, { source });
  }
  if (isTakoError(thrown)) return thrown;
  const { name, message, $metadata, $response, $fault }: Thrown = Object(thrown);
  const status = numberOf($metadata?.httpStatusCode) ?? numberOf($response?.statusCode);
  if (status === undefined ? name === 'SyntaxError' : status < 300) {
    return providerError('malformed_response', `${source}: ${what}: the answer cannot be read`, { source, status });
  }
  if (status !== undefined) {
    // Any other text might be a secret, quoted.
    const isName =
      typeof name === 'string' && /^[A-Z][A-Za-z]{2,50}(?:Exception|Error|Failure|Id|Token|Signature)$/.test(name);
    const exception = isName ? name : 'an error';
    const code = Object.hasOwn(exceptions, exception) ? exceptions[exception] : undefined;
    return providerError(code ?? codeByStatus(status), `${source}: ${what}: ${exception} (${status})`, {
      source,
      status,
      retryAfterMs: parseRetryAfter($response?.headers ?? {}, nowMs),
      requestId: typeof $metadata?.requestId === 'string' ? $metadata.requestId : undefined,
    });
  }
  if (typeof message === 'string' && /region is missing/i.test(message)) {
    return providerError('invalid', `${source}: the region is missing; pass it, or set AWS_REGION`, { source });
  }
  // Those of the chain's files, processes and services.
  if ($fault !== undefined || (typeof name === 'string' && name.endsWith('ProviderError'))) {
    return providerError('auth', `${source}: no AWS credentials were found; pass credentials or profile`, { source });
  }
  const { message: told, details } = transportError(thrown, `${source}: ${what}`);
  return providerError('transport', told, { source, details, cause: thrown });
}

interface Thrown {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly $fault?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: unknown; readonly requestId?: unknown };
  /** As the SDK's handlers give it. */
  readonly $response?: { readonly headers?: Readonly<Record<string, string>>; readonly statusCode?: unknown };
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
