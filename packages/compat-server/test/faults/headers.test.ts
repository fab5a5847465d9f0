import { scriptedProvider } from '@tako/testing';
import { expect } from 'vitest';

import { raw } from '../raw-request.js';
import { adaToken, bobToken, serving } from '../serving.js';
import { fault } from './fault.js';

/** The status of a request with these lines in its head. */
async function statusOf(lines: readonly string[], path = '/v1/models'): Promise<number> {
  const { url, log } = await serving({ tako: scriptedProvider([]) });
  const head = [`GET ${path} HTTP/1.1`, 'Host: 127.0.0.1', 'Connection: close', ...lines, '', ''].join('\r\n');
  const answer = await raw(url, head);
  expect(answer).not.toContain(adaToken);
  expect(JSON.stringify(log)).not.toContain(adaToken);
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
}

fault('58a', 'the scheme in any case, and more than one space behind it', async () => {
  for (const given of [`Bearer ${adaToken}`, `bearer ${adaToken}`, `BEARER ${adaToken}`, `bEaReR   ${adaToken}`])
    expect(await statusOf([`Authorization: ${given}`])).toBe(200);
});

fault('58b', 'a header that is not one scheme and one token', async () => {
  for (const given of [
    '',
    'Bearer',
    'Bearer ',
    adaToken,
    `Bearer\t${adaToken}`,
    `Bearer ${adaToken} ${adaToken}`,
    `Bearer ${adaToken}, Bearer ${bobToken}`,
    `Bearer ${adaToken},${bobToken}`,
    `Bearer "${adaToken}"`,
    `Bearer token=${adaToken}`,
    `Bearer ${adaToken}%00`,
    `Bearer: ${adaToken}`,
    `Basic ${Buffer.from(`ada:${adaToken}`).toString('base64')}`,
    `DPoP ${adaToken}`,
    `Bearer ' OR 1=1--`,
    `Bearer ${'x'.repeat(20_000)}`,
  ]) {
    expect([given, await statusOf([`Authorization: ${given}`])]).toEqual([given, 401]);
  }
});

fault('58c', 'two Authorization headers, though one is good, or both are', async () => {
  const good = `Authorization: Bearer ${adaToken}`;
  for (const other of [
    good,
    'Authorization: Bearer nobody-knows-this',
    'authorization: Basic eDp5',
    'Authorization:',
  ]) {
    expect(await statusOf([good, other])).toBe(401);
    expect(await statusOf([other, good])).toBe(401);
  }
});

fault('58d', 'NUL and other control characters in the header', async () => {
  for (const character of ['\u0000', '\u0001', '\u007f', '\u000b']) {
    const status = await statusOf([`Authorization: Bearer ${adaToken}${character}`]);
    expect([400, 401]).toContain(status);
  }
});

fault('58e', 'a token in the query, a cookie or another header', async () => {
  for (const path of [`/v1/models?api_key=${adaToken}`, `/v1/models?access_token=${adaToken}&key=${adaToken}`])
    expect(await statusOf([], path)).toBe(401);
  for (const name of [
    'Cookie: token=',
    'api-key: ',
    'x-api-key: ',
    'Proxy-Authorization: Bearer ',
    'X-Authorization: ',
  ])
    expect(await statusOf([`${name}${adaToken}`])).toBe(401);
});
