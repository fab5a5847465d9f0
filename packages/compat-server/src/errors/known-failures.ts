import { refused, type Failure } from './failure.js';

/** A body that has no such model, whoever asks: what exists and is not granted must not be told from what does not exist. */
export const modelNotFound: Failure = refused(
  404,
  'model_not_found',
  'The model does not exist or you do not have access to it.',
  { param: 'model' },
);

export const responseNotFound: Failure = refused(
  404,
  'response_not_found',
  'The response does not exist, or is not kept any more.',
);

export const unknownUrl: Failure = refused(404, 'unknown_url', 'There is nothing at this path.');

export const unreadableUrl: Failure = refused(400, 'invalid_url', 'The path is not valid percent-encoding.');

export const shuttingDown: Failure = {
  ...refused(503, 'shutting_down', 'The server is shutting down. Please try again in 2s.', {
    headers: { 'retry-after': '2', connection: 'close' },
  }),
  type: 'server_error',
};

export const limitsUnavailable: Failure = {
  ...refused(503, 'limits_unavailable', 'Limits cannot be checked at the moment. Please try again in 2s.', {
    headers: { 'retry-after': '2' },
  }),
  type: 'server_error',
};

export const tooManyAtOnce: Failure = {
  ...refused(429, 'rate_limit_exceeded', 'Too many requests at a time. Please try again in 1s.', {
    headers: { 'retry-after': '1' },
  }),
  type: 'rate_limit_error',
};

export const serverBusy: Failure = {
  ...refused(503, 'overloaded', 'The server is busy. Please try again in 1s.', { headers: { 'retry-after': '1' } }),
  type: 'server_error',
};

/** Nobody is asked about further credentials for so long. */
export function tooManyAttempts(seconds: number): Failure {
  const message = `Too many attempts with wrong credentials. Please try again in ${seconds}s.`;
  const headers = { 'retry-after': String(seconds) };
  return { ...refused(429, 'rate_limit_exceeded', message, { headers }), type: 'rate_limit_error' };
}

/** What is not ours to explain. */
export const internalFailure: Failure = {
  ...refused(500, null, 'The server had an error while processing your request.'),
  type: 'server_error',
};

export function wrongMethod(allow: string): Failure {
  return refused(405, 'method_not_allowed', `Use ${allow} here.`, { headers: { allow } });
}
