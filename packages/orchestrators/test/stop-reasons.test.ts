import { tool, type FinishReason, type StopReason } from '@tako/core';
import { expect, test } from 'vitest';

import { SingleAgent } from '../src/index.js';
import { only, play, resultTexts } from './play.js';
import { callTools, finish, say, scriptedModel, text, toolCallEvents } from './scripted-model.js';

/** A tool that notes what it ran with. */
function noting() {
  const ran: unknown[] = [];
  const note = tool({ name: 'note', inputSchema: { type: 'object' }, execute: (input) => void ran.push(input) });
  return { note, ran };
}

test.each<[FinishReason, StopReason]>([
  ['stop', 'final'],
  ['other', 'final'],
  ['tool_calls', 'final'],
  ['length', 'length'],
  ['content_filter', 'content_filter'],
  ['error', 'error'],
])('an answer in words that finished with %s ends the run with %s', async (finishReason, stopReason) => {
  const { result, events } = await play(
    new SingleAgent({ provider: scriptedModel([say('Once', finishReason)]) }),
    'go',
  );
  expect(result).toMatchObject({ stopReason, text: 'Once', steps: 1 });
  expect(only(events, 'step_end')).toMatchObject([{ finishReason }]);
});

test.each<FinishReason>(['content_filter', 'error'])(
  '%s: tool calls of such an answer do not run',
  async (finishReason) => {
    const { note, ran } = noting();
    const provider = scriptedModel([[...toolCallEvents([['a', 'note']]), finish(finishReason)]]);
    const { result } = await play(new SingleAgent({ provider, tools: [note] }), 'go');
    expect(result.stopReason).toBe(finishReason);
    expect(ran).toEqual([]);
  },
);

test('length: whole tool calls run, one that was cut becomes an error that the model reads', async () => {
  const { note, ran } = noting();
  const cut = [
    ...toolCallEvents([
      ['a', 'note', '{"n":1}'],
      ['b', 'note', '{"n":'],
    ]),
    finish('length'),
  ];
  const { result } = await play(new SingleAgent({ provider: scriptedModel([cut, say('ok')]), tools: [note] }), 'go');
  expect(ran).toEqual([{ n: 1 }]);
  expect(resultTexts(result)[1]).toMatch(/^The arguments are not valid JSON/);
  expect(result.stopReason).toBe('final');
});

test('an empty answer is an answer', async () => {
  const { result } = await play(new SingleAgent({ provider: scriptedModel([[finish()]]) }), 'go');
  expect(result).toMatchObject({ stopReason: 'final', text: '', steps: 1 });
  expect(result.messages.at(-1)).toEqual({ role: 'assistant', content: [] });
});

test('the text of a run is that of its last answer, over all text parts', async () => {
  const { note } = noting();
  const provider = scriptedModel([
    [text('First thoughts.'), ...toolCallEvents([['a', 'note']], 1), finish('tool_calls')],
    [{ type: 'reasoning_delta', index: 0, text: 'hm' }, text('It ', 1), text('is.', 2), finish()],
  ]);
  const { result } = await play(new SingleAgent({ provider, tools: [note] }), 'go');
  expect(result.text).toBe('It is.');
});

test('maxSteps is 8 by default, and tools of the last step do not run: nobody would read their results', async () => {
  const { note, ran } = noting();
  const provider = scriptedModel(Array.from({ length: 20 }, (_, at) => callTools([`c${at}`, 'note', `{"n":${at}}`])));
  const { result } = await play(new SingleAgent({ provider, tools: [note] }), 'go');
  expect(result).toMatchObject({ stopReason: 'max_steps', steps: 8, pending: [] });
  expect(provider.requests).toHaveLength(8);
  expect(ran).toHaveLength(7);
});

test('an answer at the last step is final', async () => {
  const { note } = noting();
  const provider = scriptedModel([callTools(['a', 'note']), say('ok')]);
  expect((await play(new SingleAgent({ provider, tools: [note], maxSteps: 2 }), 'go')).result.stopReason).toBe('final');
});

test('a warning of the provider is told', async () => {
  const warning = { type: 'warning', code: 'downgraded_x', message: 'x is not there' } as const;
  const provider = scriptedModel([[{ type: 'start', requestId: 'r' }, warning, ...say('ok')]]);
  const { events } = await play(new SingleAgent({ provider }), 'go');
  expect(only(events, 'warning')).toEqual([{ ...warning, step: 0, branch: 0 }]);
});

test('events of a kind that is not known yet are left aside', async () => {
  const unknown = { type: 'citation', index: 9, url: 'https://example.com' } as unknown as ReturnType<typeof text>;
  const { result } = await play(new SingleAgent({ provider: scriptedModel([[unknown, ...say('ok')]]) }), 'go');
  expect(result.text).toBe('ok');
});
