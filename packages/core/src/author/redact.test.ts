import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { ChatRequest } from '../chat/chat-request.js';
import { assistant, system, toolResults, user } from '../message/message.js';
import { redact } from './redact.js';

const asking = (text: string): ChatRequest => ({ messages: [user(text)] });

describe('secrets', () => {
  test('a given secret does not show, wherever and however often it stands', () => {
    const shown = redact('key my+odd/secret= is wrong: my+odd/secret=', ['my+odd/secret=']);
    expect(shown).not.toContain('odd/secret');
    expect(shown).toContain('is wrong');
  });

  test('a secret that begins with another one does not show either', () => {
    expect(redact('key is abcdef-tail!', ['abcdef', 'abcdef-tail'])).not.toContain('tail');
  });

  test('an empty secret is no secret', () => {
    expect(redact('all is well', [''])).toBe('all is well');
  });

  test.each([
    'Incorrect API key provided: sk-proj-abcdefghijklmnop.',
    'Incorrect API key provided: sk-abc***********wxyz.',
    'no user for pk_live_abcdefghijkl',
    'Authorization: Bearer abcdefghijklmnop.qrstuv-wxyz',
    'x-api-key was key-0123456789abcdef',
  ])('what looks like a key does not show, also where nobody named it: %s', (text) => {
    const shown = redact(text, []);
    expect(shown).toContain('<redacted>');
    expect(shown).not.toMatch(/abcdef|wxyz|qrstuv/);
  });

  test('ordinary words stay', () => {
    const text = 'The task-force asked for a key and a bearer of news; key_id is missing.';
    expect(redact(text, [])).toBe(text);
  });
});

describe('bounds', () => {
  test('white space is folded, and the excerpt is short', () => {
    const shown = redact(`<html>\n\n\t<body>${'word '.repeat(10_000)}`, []);
    expect(shown.startsWith('<html> <body>word word')).toBe(true);
    expect(shown.length).toBeLessThanOrEqual(300);
  });

  test('nothing gives nothing', () => {
    expect(redact('', ['secret'], asking('question'))).toBe('');
  });
});

describe('quotations of the prompt', () => {
  const prompt = 'My patient Ada Lovelace, born 1815, has a fever of 40 degrees and asks for "help".\nWhat now?';

  test.each([
    ['as it is', prompt],
    ['in JSON', JSON.stringify(prompt)],
    ['in JSON in JSON', JSON.stringify(JSON.stringify({ prompt }))],
    ['in HTML', prompt.replaceAll('"', '&quot;')],
    ['in other white space', prompt.replaceAll(' ', '\n  ')],
    ['cut off', `${prompt.slice(0, 40)}…`],
    ['in the middle', `…${prompt.slice(20, 60)}…`],
  ])('%s do not show', (_, quotation) => {
    const shown = redact(`invalid input ${quotation} at messages[0]`, [], asking(prompt));
    expect(shown).not.toMatch(/patient|Ada|Lovelace|1815|fever|degrees/);
    expect(shown).toContain('invalid input');
    expect(shown).toContain('<prompt>');
  });

  test('a prompt shorter than the window is taken out too', () => {
    expect(redact('cannot answer "Who am I" now', [], asking('Who am I'))).toBe('cannot answer "<prompt>" now');
    expect(redact('bad word: yes!', [], asking('yes!'))).toBe('bad word: <prompt>');
    expect(redact('yes!', [], asking('yes!'))).toBe('<prompt>');
  });

  test('all that people, tools and the model wrote is a prompt', () => {
    const private_ = (n: number) => `private matter number ${n} of many`;
    const request: ChatRequest = {
      messages: [
        system(private_(1)),
        user(private_(2), { type: 'image_url', url: `https://pictures.example/${private_(3)}` }),
        assistant(
          { type: 'reasoning', text: private_(4) },
          { type: 'tool_call', id: 'call_1', name: 'search', arguments: `{"query":"${private_(5)}"}` },
        ),
        toolResults({
          type: 'tool_result',
          toolCallId: 'call_1',
          name: 'search',
          content: [{ type: 'text', text: private_(6) }],
        }),
      ],
    };
    for (let n = 1; n <= 6; n++) {
      expect(redact(`the vendor says: ${private_(n)}`, [], request), `text ${n}`).not.toMatch(/private|matter/);
    }
  });

  test('pictures that are quoted as base64 do not show', () => {
    const data = btoa('the bytes of a private picture, many of them');
    const request: ChatRequest = { messages: [user({ type: 'image', mimeType: 'image/png', data })] };
    expect(redact(`invalid image: ${data}`, [], request)).toBe('invalid image: <prompt>');
  });

  test('a quotation that the length limit cuts does not show its beginning', () => {
    for (let filler = 280; filler < 300; filler++) {
      const tail = redact(`${'-'.repeat(filler)}${prompt}`, [], asking(prompt)).slice(filler);
      expect('<prompt>'.startsWith(tail), `"${tail}" after ${filler} characters`).toBe(true);
    }
  });

  test('no stretch of a prompt of twelve characters or more survives', () => {
    const words = fc.string({ unit: 'grapheme-ascii', minLength: 4, maxLength: 80 });
    fc.assert(
      fc.property(words, words, words, (before, text, after) => {
        const folded = text.replace(/\s+/g, ' ').trim();
        fc.pre(folded.length >= 12);
        const shown = redact(`${before}${text}${after}`, [], asking(text));
        for (let at = 0; at + 12 <= folded.length; at++) expect(shown).not.toContain(folded.slice(at, at + 12));
      }),
    );
  });
});

describe('work', () => {
  /** Characters that the search looks at, in prompts and in the excerpt. */
  function workOf(run: () => void): number {
    let work = 0;
    const natives = {
      includes: String.prototype.includes,
      slice: String.prototype.slice,
      indexOf: String.prototype.indexOf,
    };
    const add = Set.prototype.add;
    Object.assign(String.prototype, {
      includes(this: string, ...given: [string]) {
        work += this.length;
        return natives.includes.apply(this, given);
      },
      indexOf(this: string, ...given: [string]) {
        work += this.length;
        return natives.indexOf.apply(this, given);
      },
      slice(this: string, ...given: [number, number]) {
        const cut = natives.slice.apply(this, given);
        work += cut.length;
        return cut;
      },
    });
    Object.assign(Set.prototype, {
      add(this: Set<unknown>, value: unknown) {
        work++;
        return add.call(this, value);
      },
    });
    try {
      run();
    } finally {
      Object.assign(String.prototype, natives);
      Object.assign(Set.prototype, { add });
    }
    return work;
  }

  // An excerpt of 300 characters must not mean 300 passes over a prompt.
  test.each([
    [
      'that has nothing to do with the answer',
      'lorem ipsum dolor sit amet ',
      'something else entirely, and much of it. ',
    ],
    ['that repeats itself, as the answer does', 'a', 'a'],
    ['that is quoted', 'the quoted sentence is this one ', 'the quoted sentence is this one '],
  ])('a huge prompt %s is passed over a few times at most', (_, piece, answer) => {
    const prompt = piece.repeat(Math.ceil(200_000 / piece.length));
    const work = workOf(() => redact(answer.repeat(400), [], asking(prompt)));
    expect(work).toBeLessThan(40 * prompt.length);
  });
});
