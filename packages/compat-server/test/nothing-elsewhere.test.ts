import { say, scriptedProvider, sendsOnlyTo } from '@tako/testing';
import { expect, test } from 'vitest';

import { serving } from './serving.js';

test('it sends nothing by itself: not when it starts, nor when it is asked for a picture at an address', async () => {
  let started: Awaited<ReturnType<typeof serving>> | undefined;
  await sendsOnlyTo([], async () => {
    started = await serving(scriptedProvider(() => [say('Hi')]));
  });
  if (started === undefined) throw new Error('it has not started');
  const { url, ask } = started;
  await sendsOnlyTo([url], async () => {
    const picture = { type: 'image_url', image_url: { url: 'http://elsewhere.invalid/picture.png' } };
    const { data } = await (await ask('/v1/models')).json();
    for (const content of ['Well?', [{ type: 'text', text: 'What is this?' }, picture]]) {
      const body = { model: data[0].id, messages: [{ role: 'user', content }] };
      expect((await ask('/v1/chat/completions', body)).status).toBe(200);
    }
  });
});
