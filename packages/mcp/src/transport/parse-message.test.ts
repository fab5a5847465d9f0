import { expect, test } from 'vitest';

import { parseMessage } from './parse-message.js';

test.each([
  '{"jsonrpc":"2.0","id":1,"result":{}}',
  '{"jsonrpc":"2.0","id":"a","error":{"code":-1,"message":"no"}}',
  '{"jsonrpc":"2.0","id":1,"method":"ping"}',
  '{"jsonrpc":"2.0","method":"notifications/x","params":{}}',
  '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}',
])('%s is a message', (text) => {
  expect(parseMessage(text)).toEqual(JSON.parse(text));
});

test.each(['', 'hello', '[]', '7', 'null', '{}', '{"jsonrpc":"1.0","id":1,"result":{}}', '{"jsonrpc":"2.0"'])(
  '%j is none',
  (text) => {
    expect(parseMessage(text)).toBeUndefined();
  },
);

test.each(['"result":null', '"result":7', '"result":[]', '"error":null', '"error":{"message":"x"}', '"x":1'])(
  'an answer with %s is an error, so that nobody waits for it',
  (rest) => {
    expect(parseMessage(`{"jsonrpc":"2.0","id":7,${rest}}`)).toEqual({
      jsonrpc: '2.0',
      id: 7,
      error: { code: -32_603, message: 'its answer is no result' },
    });
  },
);
