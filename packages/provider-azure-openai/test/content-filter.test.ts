import { call, chat, collect, user, type ChatRequest } from '@tako/core';
import { answerJson, loopbackServer } from '@tako/testing/loopback';
import { describe, expect, test } from 'vitest';

import { doors } from './doors.js';

const question: ChatRequest = { messages: [user('Well?')] };
const safe = { hate: { filtered: false, severity: 'safe' }, violence: { filtered: false, severity: 'safe' } };

/** Frames as the page on content streaming shows them. */
const frames = {
  prompt: {
    id: '',
    object: '',
    created: 0,
    model: '',
    choices: [],
    usage: null,
    prompt_filter_results: [{ prompt_index: 0, content_filter_results: safe }],
  },
  role: {
    id: 'chatcmpl-1',
    model: 'gpt-4o',
    choices: [{ index: 0, finish_reason: null, delta: { role: 'assistant' } }],
    usage: null,
  },
  text: {
    id: 'chatcmpl-1',
    model: 'gpt-4o',
    choices: [{ index: 0, finish_reason: null, delta: { content: 'Hey' } }],
    usage: null,
  },
  stop: { id: 'chatcmpl-1', model: 'gpt-4o', choices: [{ index: 0, finish_reason: 'stop', delta: {} }], usage: null },
  checked: {
    id: '',
    model: '',
    choices: [
      {
        index: 0,
        finish_reason: null,
        content_filter_results: safe,
        content_filter_offsets: { check_offset: 44, start_offset: 44, end_offset: 198 },
      },
    ],
    usage: null,
  },
  blocked: {
    id: '',
    model: '',
    choices: [
      {
        index: 0,
        finish_reason: 'content_filter',
        content_filter_results: { protected_material_text: { detected: true, filtered: true } },
      },
    ],
    usage: null,
  },
};

function sse(...sent: readonly object[]): string {
  return [...sent.map((frame) => JSON.stringify(frame)), '[DONE]'].map((data) => `data: ${data}\n\n`).join('');
}

describe.each(doors)('%s', (_, azureOpenAI) => {
  test.each([
    [
      'checks, also after the end',
      [frames.prompt, frames.role, frames.text, frames.checked, frames.stop, frames.checked],
      'stop',
    ],
    [
      'a block after text was sent',
      [frames.prompt, frames.role, frames.text, frames.checked, frames.blocked],
      'content_filter',
    ],
    [
      'a block after the model had stopped',
      [frames.prompt, frames.text, frames.stop, frames.blocked],
      'content_filter',
    ],
  ])('a stream with %s', async (__, sent, finishReason) => {
    await using server = await loopbackServer((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(sse(...sent));
    });
    const model = azureOpenAI({ deployment: 'd', endpoint: server.url, apiKey: 'k' });
    expect(await collect(model.stream(question, call()))).toMatchObject({
      message: { content: [{ type: 'text', text: 'Hey' }] },
      finishReason,
      rawFinishReason: finishReason,
      model: 'gpt-4o',
    });
  });

  test('an answer that was blocked whole has no content', async () => {
    await using server = await loopbackServer((response) => {
      const choices = [
        { index: 0, finish_reason: 'content_filter', message: { role: 'assistant' }, content_filter_results: {} },
      ];
      answerJson(response, 200, { id: 'chatcmpl-1', model: 'gpt-4o', choices, prompt_filter_results: [] });
    });
    const model = azureOpenAI({ deployment: 'd', endpoint: server.url, apiKey: 'k' });
    expect(await chat(model, question)).toMatchObject({ message: { content: [] }, finishReason: 'content_filter' });
  });

  test('a prompt that was blocked is an error that says why, and is not tried again', async () => {
    await using server = await loopbackServer((response) =>
      answerJson(response, 400, {
        error: {
          message: "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
          type: null,
          param: 'prompt',
          code: 'content_filter',
          status: 400,
          innererror: {
            code: 'ResponsibleAIPolicyViolation',
            content_filter_result: {
              ...safe,
              violence: { filtered: true, severity: 'high' },
              jailbreak: { filtered: true, detected: true },
            },
          },
        },
      }),
    );
    const model = azureOpenAI({ deployment: 'd', endpoint: server.url, apiKey: 'k' });
    await expect(chat(model, question)).rejects.toMatchObject({
      code: 'content_filtered',
      status: 400,
      retryable: false,
      details: { filtered: ['violence', 'jailbreak'] },
    });
  });

  test('a block that is told in the middle of a stream', async () => {
    await using server = await loopbackServer((response) => {
      const error = { code: 'content_filter', message: 'The response was filtered' };
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(sse(frames.text, { error }));
    });
    const model = azureOpenAI({ deployment: 'd', endpoint: server.url, apiKey: 'k' });
    await expect(collect(model.stream(question, call()))).rejects.toMatchObject({ code: 'content_filtered' });
  });
});
