import type { Credential } from '@tako/core';
import { providerError, secureUrl } from '@tako/core/provider';

import { readJson } from './credential-json.js';
import type { GcpToken, GcpTokenContext, GcpTokenSource } from './options.js';
import { scope } from './scope.js';
import { readSubjectToken } from './subject-token.js';
import { dated, okFields, postForm, readToken } from './token-answer.js';

/** A workload that another identity provider vouches for. */
export interface WorkloadIdentityOptions {
  /**
   * The configuration's JSON (`external_account`), as `gcloud iam workload-identity-pools create-cred-config` writes it; for a file
   * `() => readFile(path, 'utf8')`. It says what is read and where it is sent: take it from nobody whom you would not trust with
   * the token.
   */
  readonly config: Credential;
}

const source = 'GcpSecretManagerResolver';

/**
 * Tokens by workload identity federation: the other provider's token, from a file or an address, is exchanged at Google's Security
 * Token Service, and where the configuration says so that one for a service account's.
 *
 * Sources: https://google.aip.dev/auth/4117, https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token and
 * https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken (read 2026-11-23).
 */
export function workloadIdentity({ config }: WorkloadIdentityOptions): GcpTokenSource {
  return async (context) => {
    const fields = await readJson(config, 'the configuration', context.environment);
    const {
      audience,
      subject_token_type: type,
      token_url,
      credential_source,
      service_account_impersonation_url,
    } = fields;
    if (typeof audience !== 'string' || typeof type !== 'string' || typeof token_url !== 'string') {
      throw providerError('auth', `${source}: the configuration is not that of an external_account`, { source });
    }
    const url = secureUrl(token_url, source, 'token_url').href;
    const form = postForm({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      audience,
      scope,
      requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      subject_token_type: type,
      subject_token: await readSubjectToken(credential_source, context),
    });
    const { send, clock, signal } = context;
    const federated = readToken(
      await send({ what: 'a token of the Security Token Service', ...form, url, signal }),
      clock,
      'the Security Token Service',
    );
    if (typeof service_account_impersonation_url !== 'string') return federated;
    return impersonate(service_account_impersonation_url, String(federated.token), context);
  };
}

async function impersonate(
  address: string,
  token: string,
  { send, clock, signal }: GcpTokenContext,
): Promise<GcpToken> {
  const answer = await send({
    what: 'a token of the service account',
    method: 'POST',
    url: secureUrl(address, source, 'service_account_impersonation_url').href,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ scope: [scope], lifetime: '3600s' }),
    signal,
  });
  const who = 'the service account';
  const { accessToken, expireTime } = okFields(answer, clock, who);
  return dated(accessToken, typeof expireTime === 'string' ? Date.parse(expireTime) : NaN, who);
}
