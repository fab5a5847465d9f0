import {
  assistant,
  toolResults,
  user,
  type AssistantContent,
  type ToolResultContent,
  type UserContent,
} from '@tako/core';
import { describe, expect, test } from 'vitest';

import { toBedrockMessages, type BedrockMessages } from './to-bedrock-messages.js';

const context = { source: 'bedrock:m', hasResultStatus: true };
const bytes = Uint8Array.of(1, 2, 3);

function fromUser(...content: UserContent[]): unknown {
  return toBedrockMessages([user(...content)], context).messages[0]?.content;
}

function result(content: readonly ToolResultContent[], isError = false, hasResultStatus = true): unknown {
  const part = { type: 'tool_result', toolCallId: 'c1', name: 'f', content, isError } as const;
  return toBedrockMessages([toolResults(part)], { ...context, hasResultStatus }).messages[0]?.content;
}

const refused = expect.objectContaining({ code: 'unsupported' });

describe('media', () => {
  test.each([
    ['image/png', 'png'],
    ['image/jpeg', 'jpeg'],
    ['image/jpg', 'jpeg'],
    ['IMAGE/GIF', 'gif'],
    ['image/webp; x=1', 'webp'],
  ])('an image of %s is %s', (mimeType, format) => {
    expect(fromUser({ type: 'image', mimeType, data: 'AQID' })).toEqual([{ image: { format, source: { bytes } } }]);
  });

  test.each<[string, UserContent]>([
    ['an image', { type: 'image', mimeType: 'image/svg+xml', data: bytes }],
    ['a document', { type: 'file', mimeType: 'application/zip', data: bytes }],
    ['sound', { type: 'audio', mimeType: 'audio/midi', data: bytes }],
    [
      'an image of a type named like a property of all objects',
      { type: 'image', mimeType: 'constructor', data: bytes },
    ],
    ['an image by URL', { type: 'image_url', url: 'https://images.example/boar.png' }],
  ])('%s of another type is refused', (_, part) => {
    expect(() => fromUser(part)).toThrow(refused);
  });

  test.each<AssistantContent>([
    { type: 'image', mimeType: 'image/png', data: bytes },
    { type: 'file', mimeType: 'application/pdf', data: bytes },
    { type: 'audio', mimeType: 'audio/wav', data: bytes },
  ])('in a message of the assistant $type is refused', (part) => {
    expect(() => toBedrockMessages([assistant(part)], context)).toThrow(refused);
  });

  test('sound of the user', () => {
    expect(fromUser({ type: 'audio', mimeType: 'audio/mpeg', data: bytes })).toEqual([
      { audio: { format: 'mp3', source: { bytes } } },
    ]);
  });
});

describe('documents', () => {
  test('names are made legal, and differ', () => {
    const names = [
      'Q3 (final).pdf',
      'Q3 (final).pdf',
      'büro_plan  2024.docx.pdf',
      '***.pdf',
      undefined,
      'a'.repeat(300),
    ];
    const parts = names.map((name): UserContent => ({ type: 'file', mimeType: 'application/pdf', data: bytes, name }));
    const content = fromUser({ type: 'text', text: 'Read.' }, ...parts) as { document?: { name: string } }[];
    expect(content.slice(1).map(({ document }) => document?.name)).toEqual([
      'Q3 (final)',
      'Q3 (final) (2)',
      'b ro plan 2024 docx',
      'document',
      'document (2)',
      'a'.repeat(192),
    ]);
  });

  test('beside a document there is a text, since Converse demands one', () => {
    const file: UserContent = { type: 'file', mimeType: 'text/markdown', data: bytes, name: 'notes.md' };
    expect(fromUser(file)).toEqual([
      { document: { format: 'md', name: 'notes', source: { bytes } } },
      { text: 'See the attached document.' },
    ]);
  });
});

describe('tool results', () => {
  test('texts, images and documents', () => {
    const content: ToolResultContent[] = [
      { type: 'text', text: 'A map:' },
      { type: 'image', mimeType: 'image/png', data: bytes },
      { type: 'file', mimeType: 'text/csv', data: bytes, name: 'map.csv' },
    ];
    expect(result(content)).toEqual([
      {
        toolResult: {
          toolUseId: 'c1',
          content: [
            { text: 'A map:' },
            { image: { format: 'png', source: { bytes } } },
            { document: { format: 'csv', name: 'map', source: { bytes } } },
          ],
        },
      },
    ]);
  });

  test('a failure has a status, or a mark in the text where the model takes none', () => {
    const content: ToolResultContent[] = [{ type: 'text', text: 'No such city.' }];
    expect(result(content, true)).toMatchObject([
      { toolResult: { status: 'error', content: [{ text: 'No such city.' }] } },
    ]);
    const marked = [{ toolResult: { toolUseId: 'c1', content: [{ text: '[tool error] No such city.' }] } }];
    expect(result(content, true, false)).toEqual(marked);
    expect(result([], true, false)).toMatchObject([{ toolResult: { content: [{ text: '[tool error]' }] } }]);
  });

  test.each([[[]], [[{ type: 'text', text: ' \n' }]]] as [ToolResultContent[]][])(
    '%j says that it has no content',
    (content) => {
      expect(result(content)).toMatchObject([{ toolResult: { content: [{ text: '(no content)' }] } }]);
    },
  );

  test.each<ToolResultContent>([
    { type: 'image_url', url: 'https://images.example/boar.png' },
    { type: 'audio', mimeType: 'audio/wav', data: bytes },
  ])('$type is refused', (part) => {
    expect(() => result([part])).toThrow(refused);
  });
});

describe('what the assistant said', () => {
  function said(...content: AssistantContent[]): BedrockMessages['messages'] {
    return toBedrockMessages([user('Hi.'), assistant(...content)], context).messages;
  }

  test('reasoning goes back as Bedrock gave it, and no other reasoning does', () => {
    const mine = (data: object): AssistantContent['vendorData'] => ({ vendor: 'bedrock', data: { ...data } });
    expect(
      said(
        { type: 'reasoning', text: 'Hm.', vendorData: mine({ signature: 's1' }) },
        { type: 'reasoning', text: '', vendorData: mine({ redactedContent: 'AQID' }) },
        { type: 'reasoning', text: 'Unsigned.' },
        { type: 'reasoning', text: 'Odd.', vendorData: { vendor: 'bedrock', data: 'text' } },
        { type: 'reasoning', text: 'Odd.', vendorData: mine({ signature: 7 }) },
        { type: 'reasoning', text: 'Theirs.', vendorData: { vendor: 'anthropic', data: { signature: 's2' } } },
        { type: 'text', text: 'So.' },
      )[1]?.content,
    ).toEqual([
      { reasoningContent: { reasoningText: { text: 'Hm.', signature: 's1' } } },
      { reasoningContent: { redactedContent: bytes } },
      { text: 'So.' },
    ]);
  });

  test.each([
    ['{"city":"Oslo"}', { city: 'Oslo' }],
    ['', {}],
    ['{"city": ', { invalid_arguments: '{"city": ' }],
    ['[1]', { invalid_arguments: '[1]' }],
    ['null', { invalid_arguments: 'null' }],
  ])('the arguments %s', (json, input) => {
    expect(said({ type: 'tool_call', id: 'c1', name: 'f', arguments: json })[1]?.content).toEqual([
      { toolUse: { toolUseId: 'c1', name: 'f', input } },
    ]);
  });

  test('nothing at all leaves no message behind', () => {
    const { messages } = toBedrockMessages([user('One?'), assistant(''), user('Two?')], context);
    expect(messages).toEqual([{ role: 'user', content: [{ text: 'One?' }, { text: 'Two?' }] }]);
  });
});
