import { AwsSecretsManagerResolver } from '@tako/secrets-aws';
import { fakeAws, secretResolverConformance, type FakeAws } from '@tako/testing/secrets';
import { describe, test } from 'vitest';

const region = 'eu-central-1';

const ways: readonly (readonly [
  name: string,
  make: (aws: FakeAws, timeoutMs: number | undefined) => AwsSecretsManagerResolver,
])[] = [
  [
    'credentials',
    ({ url, keys }, timeoutMs) =>
      new AwsSecretsManagerResolver({ region, endpointUrl: url, credentials: { ...keys }, timeoutMs }),
  ],
  [
    'a function',
    ({ url, keys }, timeoutMs) =>
      new AwsSecretsManagerResolver({ region, endpointUrl: url, credentials: async () => ({ ...keys }), timeoutMs }),
  ],
];

const exceptions = {
  forbidden: [400, 'AccessDeniedException'],
  unauthorized: [400, 'UnrecognizedClientException'],
  missing: [400, 'ResourceNotFoundException'],
  throttled: [400, 'ThrottlingException'],
  down: [500, 'InternalServiceError'],
} as const;

describe.each(ways)('with %s', (name, make) => {
  const cases = secretResolverConformance({
    name,
    async start() {
      const aws = await fakeAws();
      return {
        server: aws,
        resolver: ({ timeoutMs }) => make(aws, timeoutMs),
        put(secret, value) {
          const version = aws.secrets.set(secret, value);
          return { key: secret, versionKey: `${secret}#${version}` };
        },
        isSecretRequest: ({ headers }) => headers['x-amz-target'] !== undefined,
        refusal(kind, message) {
          const [status, type] = exceptions[kind];
          const headers = { 'content-type': 'application/x-amz-json-1.1', 'retry-after': '7' };
          return { status, headers, body: { __type: type, Message: message, message } };
        },
        get credentials() {
          return aws.credentials;
        },
        close: aws.close,
      };
    },
  });
  // oxlint-disable-next-line vitest/expect-expect -- the cases throw
  test.each(cases)('$name', ({ run }) => run());
});
