import { expect } from 'vitest';

import { fault } from './fault.js';
import { behind, done, frame, hi, streams, whole, type Vendor } from './vendor.js';

/** What a vendor may send in place of an answer: told with one of these statuses, and nothing is booked. */
function odd(vendor: Vendor, ...statuses: readonly number[]): () => Promise<void> {
  return async () => {
    const { refused, settled } = await behind(vendor);
    expect(statuses).toContain((await refused())[0]);
    expect(await settled(2)).toBe(0);
  };
}

const json = { 'content-type': 'application/json' };
const html = { 'content-type': 'text/html' };

fault(
  '40a',
  'a page of HTML from the vendor',
  odd((response) => response.writeHead(502, html).end('<html>127.0.0.1</html>'), 502),
);
fault(
  '40b',
  'an empty answer from the vendor',
  odd((response) => response.writeHead(200).end(), 502),
);
fault(
  '40c',
  'an answer of another type',
  odd((response) => response.writeHead(200, html).end('<html>'), 502),
);
fault(
  '40d',
  'half an answer',
  odd((response) => response.writeHead(200, json).end('{"choices":['), 502),
);
fault(
  '40e',
  'an answer without content',
  odd((response) => response.writeHead(204).end(), 502),
);
fault(
  '40f',
  'a redirect',
  odd((response) => response.writeHead(307, { location: 'http://127.0.0.1:9/' }).end(), 502),
);
fault(
  '40g',
  'a header of 100 KB from the vendor',
  odd((response) => response.writeHead(200, { 'x-large': 'x'.repeat(100_000) }).end(), 502),
);
fault(
  '40h',
  'a length that lies',
  odd((response) => {
    response.writeHead(200, { ...json, 'content-length': 9_999 });
    response.write(whole({ content: 'x' }), () => response.destroy());
  }, 502),
);
fault(
  '40i',
  'no choice in an answer',
  odd((response) => response.writeHead(200, json).end('{"choices":[]}'), 502),
);
fault(
  '40j',
  'an answer that is not HTTP',
  odd((response) => response.socket?.end('hello\r\n\r\n'), 502),
);

fault('40k', 'a vendor that wants to be paid, or knows no such path or method', async () => {
  for (const status of [402, 404, 405, 410, 426]) {
    await odd((response) => response.writeHead(status, json).end('{"error":{"message":"pay at 10.0.0.7"}}'), 502)();
  }
});
fault('40l', 'a page of HTML where the vendor finds fault with the request', async () => {
  const page = '<!doctype html><title>Acme proxy</title>';
  const { refused, settled, question } = await behind((response) => response.writeHead(400, html).end(page));
  expect((await refused())[0]).toBe(400);
  expect(await (await question('tako', false)).text()).not.toContain('Acme');
  expect(await settled(3)).toBe(0);
});
fault('40m', 'an answer that has no end', async () => {
  const comments = `: ${'x'.repeat(2 ** 20)}\n\n`;
  const flood: Vendor = (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const write = (): void => {
      while (!response.destroyed && response.write(comments));
    };
    response.on('drain', write);
    write();
  };
  const { refused, settled } = await behind(flood, { vendorSilenceMs: 15_000 });
  expect(await refused()).toEqual([502, 'upstream_malformed']);
  expect(await settled(2)).toBe(0);
});

fault('41a', 'a wait that the vendor asks for', async () => {
  for (const [given, told] of [
    ['7', '7'],
    ['-1', null],
    ['1000000000', null],
    ['<script>', null],
  ] as const) {
    const { question } = await behind((response) =>
      response.writeHead(429, { ...json, 'retry-after': given }).end('{}'),
    );
    const answer = await question('tako', false);
    expect(answer.status, given).toBe(429);
    const header = answer.headers.get('retry-after');
    if (told === null) expect(header ?? '1', given).toMatch(/^\d{1,4}$/);
    else expect(header, given).toBe(told);
  }
});

fault('42a', 'a thousand tool calls, and one more', async () => {
  const tool_calls = Array.from({ length: 1_001 }, (_, at) => ({
    id: `c${at}`,
    type: 'function',
    function: { name: 'look', arguments: '{}' },
  }));
  const most = await behind((response) =>
    response.writeHead(200, json).end(whole({ tool_calls: tool_calls.slice(1) })),
  );
  const answer = (await (await most.question('tako', false)).json()) as {
    choices: { message: { tool_calls: { id: string }[] } }[];
  };
  expect(new Set(answer.choices[0]?.message.tool_calls.map(({ id }) => id)).size).toBe(1_000);
  const more = await behind((response) => response.writeHead(200, json).end(whole({ tool_calls })));
  expect(await more.refused()).toEqual([502, 'upstream_malformed']);
  await more.settled(2);
});

fault('42c', 'arguments of tool calls that do not end', async () => {
  const piece = frame({
    tool_calls: [{ index: 0, id: 'c', function: { name: 'look', arguments: 'x'.repeat(2 ** 20) } }],
  });
  const { broken, settled, openAtVendor } = await behind(
    (response) => {
      streams(response, hi);
      const write = (): void => {
        if (response.destroyed) return;
        if (response.write(piece)) setImmediate(write);
        else response.once('drain', write);
      };
      write();
    },
    { vendorSilenceMs: 10_000 },
  );
  expect(await broken()).toEqual(['upstream_malformed', 'upstream_malformed']);
  await settled(2);
  expect(openAtVendor()).toBe(0);
});

fault('42b', 'tool calls whose indexes jump and whose ids repeat', async () => {
  const piece = (index: number, id: string, name: string): string =>
    frame({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '{}' } }] });
  const { question } = await behind((response) => {
    streams(
      response,
      piece(1_000_000_000, 'same', 'a'),
      piece(7, 'same', 'b'),
      piece(3, '', 'c'),
      frame({}, 'tool_calls'),
      done,
    );
    response.end();
  });
  const text = await (await question('tako', true)).text();
  const indexes = Array.from(text.matchAll(/"index":(\d+),"id":"([^"]+)"/g), ([, index]) => Number(index));
  expect(indexes).toEqual([0, 1, 2]);
  expect(text).toContain('[DONE]');
});

fault('43a', 'reasons that are missing, unknown or wrong', async () => {
  const tool_calls = [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{}' } }];
  const cases: readonly [object, unknown, string][] = [
    [{ content: 'x' }, null, 'stop'],
    [{ content: 'x' }, 'because', 'stop'],
    [{ tool_calls }, 'stop', 'tool_calls'],
  ];
  for (const [message, finish_reason, told] of cases) {
    const choices = [{ index: 0, message: { role: 'assistant', ...message }, finish_reason }];
    const { question } = await behind((response) => response.writeHead(200, json).end(whole({}, { choices })));
    const answer = (await (await question('tako', false)).json()) as { choices: { finish_reason: string }[] };
    expect(answer.choices[0]?.finish_reason, String(finish_reason)).toBe(told);
  }
});

fault('43b', 'usage that is missing, below nothing or beyond belief', async () => {
  const given = [
    undefined,
    null,
    { prompt_tokens: -5, completion_tokens: -5 },
    { prompt_tokens: 'x' },
    { prompt_tokens: 1e300 },
  ];
  for (const usage of given) {
    const { question, budget } = await behind((response) =>
      response.writeHead(200, json).end(whole({ content: 'x' }, { usage })),
    );
    expect((await question('tako', false)).status, JSON.stringify(usage)).toBe(200);
    const { spentTokens, reservedTokens, spentUsd } = await budget.usage();
    expect([spentTokens >= 0, reservedTokens, spentUsd >= 0], JSON.stringify(usage)).toEqual([true, 0, true]);
  }
});
