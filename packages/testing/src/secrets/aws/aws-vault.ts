import type { Clock } from '@tako/core';

import type { VendorAnswer } from '../server/vendor-server.js';

/** The secrets of a fake Secrets Manager. */
export interface AwsSecrets {
  /** Sets the current version of a secret; what was current becomes `AWSPREVIOUS`. @returns the version's id, a UUID */
  set(name: string, value: string | Uint8Array): string;
  /** The ARN of a secret. */
  arn(name: string): string;
  /** Marks a secret for deletion. */
  remove(name: string): void;
  /** Names that the caller may not read. */
  readonly forbidden: Set<string>;
}

interface Version {
  readonly id: string;
  readonly value: string | Uint8Array;
  readonly createdS: number;
  stages: readonly string[];
}

interface Request {
  readonly SecretId?: string;
  readonly Name?: string;
  readonly VersionId?: string;
  readonly VersionStage?: string;
  readonly SecretString?: string;
  readonly SecretBinary?: string;
}

/**
 * GetSecretValue, PutSecretValue and CreateSecret.
 *
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html (read 2026-11-23).
 */
export function awsVault(clock: Pick<Clock, 'now'>): {
  readonly secrets: AwsSecrets;
  readonly answer: (operation: string, body: string) => VendorAnswer;
} {
  const all = new Map<string, Version[]>();
  const forbidden = new Set<string>();
  const removed = new Set<string>();
  const arn = (name: string): string => `arn:aws:secretsmanager:eu-central-1:123456789012:secret:${name}-a1B2c3`;
  const nameOf = (id: string): string => [...all.keys()].find((name) => id === arn(name)) ?? id;

  function set(name: string, value: string | Uint8Array): string {
    const versions = all.get(name) ?? [];
    for (const version of versions) {
      version.stages = version.stages.includes('AWSCURRENT') ? ['AWSPREVIOUS'] : [];
    }
    const version = { id: crypto.randomUUID(), value, createdS: clock.now() / 1_000, stages: ['AWSCURRENT'] };
    all.set(name, [...versions, version]);
    return version.id;
  }

  function get({ SecretId = '', VersionId, VersionStage }: Request): VendorAnswer {
    const name = nameOf(SecretId);
    if (forbidden.has(name)) {
      return failure(
        'AccessDeniedException',
        `User is not authorized to perform: secretsmanager:GetSecretValue on ${name}`,
      );
    }
    const stage = VersionStage ?? (VersionId === undefined ? 'AWSCURRENT' : undefined);
    const found = all
      .get(name)
      ?.find(({ id, stages }) => (VersionId ?? id) === id && (stage === undefined || stages.includes(stage)));
    if (removed.has(name)) {
      const message = "You can't perform this operation on the secret because it was marked for deletion.";
      return failure('InvalidRequestException', message);
    }
    if (!all.has(name)) return failure('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    if (found === undefined) {
      const message = `Secrets Manager can't find the specified secret value for ${VersionId === undefined ? `staging label: ${stage}` : `VersionId: ${VersionId}`}`;
      return failure('ResourceNotFoundException', message);
    }
    const { value } = found;
    return {
      status: 200,
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: {
        ARN: arn(name),
        Name: name,
        VersionId: found.id,
        VersionStages: found.stages,
        CreatedDate: found.createdS,
        ...(typeof value === 'string'
          ? { SecretString: value }
          : { SecretBinary: Buffer.from(value).toString('base64') }),
      },
    };
  }

  function put(name: string, { SecretString, SecretBinary }: Request): VendorAnswer {
    const id = set(name, SecretString ?? Buffer.from(SecretBinary ?? '', 'base64'));
    return {
      status: 200,
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: { ARN: arn(name), Name: name, VersionId: id },
    };
  }

  function answer(operation: string, body: string): VendorAnswer {
    const request = JSON.parse(body) as Request; // the fields are strings where the vendor's client made it
    if (operation === 'GetSecretValue') return get(request);
    if (operation === 'CreateSecret') return put(request.Name ?? '', request);
    if (operation === 'PutSecretValue') return put(nameOf(request.SecretId ?? ''), request);
    return failure('InvalidRequestException', 'no such operation');
  }

  const secrets: AwsSecrets = { set, arn, remove: (name) => removed.add(name), forbidden };
  return { secrets, answer };
}

/** An exception of AWS's JSON 1.1 protocol. */
export function failure(type: string, message: string, status = 400): VendorAnswer {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': 'fake-request' },
    body: { __type: type, Message: message, message },
  };
}
