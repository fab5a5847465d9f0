import { expect } from 'vitest';

import { adaToken, framesOf, hello } from '../serving.js';
import { fault } from './fault.js';
import { behind, done, frame, hi, streams } from './vendor.js';

fault('35a', 'a client that leaves before the first word', async () => {
  const { url, settled, openAtVendor, log } = await behind(() => undefined);
  for (const stream of [true, false]) {
    const gone = new AbortController();
    const asking = fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adaToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...hello, model: 'agent', stream }),
      signal: gone.signal,
    });
    await expect.poll(openAtVendor, { timeout: 10_000 }).toBe(1);
    gone.abort(new Error('gone'));
    await expect(asking).rejects.toThrow('gone');
    await expect.poll(openAtVendor, { timeout: 10_000 }).toBe(0);
  }
  // Of the whole answer nobody knows how far it came: its worst case is booked.
  expect(await settled(2)).toBeGreaterThan(1_000);
  expect(log.map(({ status }) => status)).toEqual([499, 499]);
});

fault('35b', 'a client that leaves in mid-stream', async () => {
  const { question, settled, log } = await behind((response) => streams(response, hi));
  for (const model of ['tako', 'agent']) {
    const response = await question(model, true);
    await response.body?.getReader().read();
    await response.body?.cancel().catch(() => undefined);
    await response.arrayBuffer().catch(() => undefined);
  }
  // The vendor's stream stands still: its own limit ends what the client has not.
  expect(await settled(2)).toBeGreaterThan(0);
  expect(log).toHaveLength(2);
});

fault('37a', 'a vendor that resets the connection in mid-stream', async () => {
  const { broken, settled } = await behind((response) => {
    streams(response, hi);
    setImmediate(() => response.socket?.resetAndDestroy());
  });
  expect(await broken()).toEqual(['upstream_unreachable', 'upstream_unreachable']);
  expect(await settled(2)).toBeGreaterThan(0);
});

fault('37b', 'a vendor that closes before its end', async () => {
  const { broken, settled } = await behind((response) => {
    streams(response, hi);
    response.end();
  });
  expect(new Set(await broken()).size).toBe(1);
  expect(await settled(2)).toBeGreaterThan(0);
});

fault('37c', 'a vendor that falls silent', async () => {
  const { broken, settled } = await behind((response) => streams(response, hi));
  expect(await broken()).toEqual(['timeout', 'timeout']);
  expect(await settled(2)).toBeGreaterThan(0);
});

const error = { error: { message: 'the engine at 10.0.0.7 is down', type: 'server_error', code: 'engine' } };

fault('38a', 'an error in mid-stream', async () => {
  const { broken, settled } = await behind((response) => {
    streams(response, hi, `data: ${JSON.stringify(error)}\n\n`);
    response.end();
  });
  expect(new Set(await broken()).size).toBe(1);
  await settled(2);
});

fault('38b', 'an error in place of the first word', async () => {
  const { question, settled } = await behind((response) => {
    streams(response, `data: ${JSON.stringify(error)}\n\n`);
    response.end();
  });
  for (const model of ['tako', 'agent']) {
    const answer = await question(model, true);
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(await answer.text()).not.toContain('10.0.0.7');
  }
  expect(await settled(2)).toBe(0);
});

fault('39a', 'a line that is no frame', async () => {
  const { broken } = await behind((response) => {
    streams(response, hi, 'data: {"choices": [\n\n', done);
    response.end();
  });
  expect(new Set(await broken()).size).toBe(1);
});

fault('39b', 'frames cut at every byte, with comments and other line ends', async () => {
  const text = `: keep-alive\r\n\r\n${frame({ content: 'Grüße 🐙' }).replaceAll('\n', '\r\n')}:\n\n${frame({}, 'stop')}data: [DONE]`;
  const { question } = await behind((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const byte of Buffer.from(text)) response.write(Uint8Array.of(byte));
    response.end();
  });
  for (const model of ['tako', 'agent']) {
    const frames = await framesOf(await question(model, true));
    expect(frames.join('')).toContain('Grüße 🐙');
    expect(frames.at(-1)).toBe('data: [DONE]');
  }
});

fault('39c', 'an event of 20 megabytes that does not end', async () => {
  const { question, settled } = await behind((response) => {
    streams(response, hi, `data: ${'x'.repeat(20_000_000)}`);
    response.end();
  });
  const frames = await framesOf(await question('tako', true));
  expect(frames.join('')).not.toContain('[DONE]');
  await settled(1);
});

fault('44a', 'a vendor that says nothing for long', async () => {
  const { question } = await behind(
    (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      setTimeout(() => response.end(`${hi}${frame({}, 'stop')}${done}`), 200);
    },
    { keepAliveMs: 50 },
  );
  const text = await (await question('tako', true)).text();
  expect(text.match(/^: ?keep-alive|^:/gm)?.length).toBeGreaterThanOrEqual(2);
  expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true);
});

fault('45a', 'a hundred streams when the server is told to stop', async () => {
  const { question, server, ask, settled, log } = await behind((response) => streams(response, hi), {
    limits: { maxInFlightPerTenant: 200 },
    vendorSilenceMs: 30_000,
  });
  const open = await Promise.all(Array.from({ length: 100 }, () => question('tako', true)));
  const closing = server.close({ drainMs: 1_000 });
  expect((await ask('/readyz')).status).toBe(503);
  for (const response of open) {
    const frames = await framesOf(response);
    expect(frames.join('')).not.toContain('[DONE]');
    expect(JSON.parse(frames.at(-1)?.slice(6) ?? '{}')).toHaveProperty('error');
  }
  await closing;
  await settled(101);
  expect(log).toHaveLength(101);
});
