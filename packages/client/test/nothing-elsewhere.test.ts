import { Client } from '@tako/client';
import { chat, user } from '@tako/core';
import { say, scriptedProvider, sendsOnlyTo } from '@tako/testing';
import { expect, test } from 'vitest';

test('it sends nothing: only its providers do', async () => {
  await sendsOnlyTo([], async () => {
    const client = new Client({ providers: [scriptedProvider(() => [say('Hi')], { id: 'a:1' })] });
    const { message } = await chat(client.provider('a:1'), { messages: [user('Well?')] });
    expect(message.content).toEqual([{ type: 'text', text: 'Hi' }]);
  });
});
