import { expect, test } from 'vitest';

import { callTool, finish, say } from '../scripted/script.js';
import { scriptedProvider } from '../scripted/scripted-provider.js';
import { toolConversation } from './tool-conversation.js';

const twoCalls = [
  callTool('weather', { city: 'Oslo' }, 'a'),
  callTool('weather', { city: 'Rome' }, 'b'),
  finish('tool_calls'),
];
const answer = [say('Rain in Oslo ☔; Rome did not answer.')];
const further = [say('Rome again: sun.')];

test('it asks three times, each time with all that was said', async () => {
  const provider = scriptedProvider([twoCalls, answer, further]);
  const answers = await toolConversation.hold(provider);

  expect(answers).toHaveLength(3);
  expect(provider.calls.map(({ request }) => request.messages.map(({ role }) => role).join(' '))).toEqual([
    'system user',
    'system user assistant tool',
    'system user assistant tool assistant user',
  ]);
  expect(provider.calls[1]?.request.messages.at(-1)?.content).toMatchObject([
    { toolCallId: 'a' },
    { toolCallId: 'b', isError: true },
  ]);
});

test.each([
  ['a call that is missing', [[callTool('weather', { city: 'Oslo' })], answer, further]],
  ['another city', [[callTool('weather', { city: 'Oslo' }), callTool('weather', { city: 'Bonn' })], answer, further]],
  ['another answer', [twoCalls, [say('Rain.')], further]],
  ['another last answer', [twoCalls, answer, [say('Rain.')]]],
])('%s is refused', async (_, script) => {
  await expect(toolConversation.hold(scriptedProvider(script))).rejects.toThrow('expected');
});

test('each mock gets fixtures of its own', () => {
  const [fixture] = toolConversation.fixtures();
  fixture?.response.toolCalls?.pop();
  expect(toolConversation.fixtures()[0]?.response.toolCalls).toHaveLength(2);
});
