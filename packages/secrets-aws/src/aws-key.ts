import type { GetSecretValueCommandInput } from '@aws-sdk/client-secrets-manager';
import { invalidOptions, shownKey, splitSecretKey } from '@tako/core/provider';

/** What a name may hold. Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html (read 2026-11-23). */
const name = /^[\w/+=.@-]{1,512}$/;
const arn = /^arn:[\w-]{1,32}:secretsmanager:[\w-]{1,64}:\d{12}:secret:[\w/+=.@-]{1,1024}$/;
/** Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html (read 2026-11-23). */
const versionId = /^[\w-]{32,64}$/;
const stage = /^[\w/+=.@-]{1,256}$/;

/**
 * Reads `name-or-arn`, `name-or-arn#versionId` or `name-or-arn#stage:AWSPREVIOUS`. It is split at the first `#`.
 *
 * @throws `invalid` for what Secrets Manager would refuse, and for `.` and `..` as parts of a path.
 */
export function parseAwsKey(key: string): GetSecretValueCommandInput {
  const source = 'AwsSecretsManagerResolver';
  const { name: id, fragment } = splitSecretKey(key, source);
  if (!(name.test(id) || arn.test(id)) || /(^|[/:])\.\.?([/:]|$)/.test(id)) {
    throw invalidOptions(source, `the key ${shownKey(key)} must be the name or the ARN of a secret`);
  }
  if (fragment === undefined) return { SecretId: id };
  const label = fragment.startsWith('stage:') ? fragment.slice('stage:'.length) : undefined;
  if (label !== undefined && stage.test(label)) return { SecretId: id, VersionStage: label };
  if (versionId.test(fragment)) return { SecretId: id, VersionId: fragment };
  throw invalidOptions(
    source,
    `the key ${shownKey(key)} must have a version id (32 to 64 characters) or stage:LABEL after #`,
  );
}
