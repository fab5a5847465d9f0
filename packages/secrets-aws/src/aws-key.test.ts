import { expect, test } from 'vitest';

import { parseAwsKey } from './aws-key.js';

const id = '01234567-89ab-cdef-0123-456789abcdef';
const arn = 'arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:app/key-a1B2c3';

test.each([
  ['app/key', { SecretId: 'app/key' }],
  [arn, { SecretId: arn }],
  [`app/key#${id}`, { SecretId: 'app/key', VersionId: id }],
  ['a.b_c+d=e@f#stage:AWSPREVIOUS', { SecretId: 'a.b_c+d=e@f', VersionStage: 'AWSPREVIOUS' }],
])('%s', (key, input) => {
  expect(parseAwsKey(key)).toEqual(input);
});

test.each([
  '',
  '#',
  'app#',
  'app#short',
  'app#stage:',
  `app#${id}#${id}`,
  'app key',
  'app?key',
  'app%2fkey',
  '../app',
  'app/..',
  'app/./key',
  'app\nkey',
  'app\u0000',
  'ключ',
  'arn:aws:secretsmanager:eu-central-1:123456789012:secret:..',
  'arn:aws:s3:eu-central-1:123456789012:secret:x',
  'x'.repeat(10_000),
])('%j is refused', (key) => {
  expect(() => parseAwsKey(key)).toThrow(expect.objectContaining({ code: 'invalid' }));
});
