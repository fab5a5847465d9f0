import { expect, test } from 'vitest';

import { answerCode } from './answer-code.js';

test.for([
  ['bare', 'bare'],
  ['Here:\n```js\nlet a = 1;\n```\nDone. ```\nother\n```', 'let a = 1;\n'],
  ['```\ncut off', 'cut off'],
  ['one line ```', 'one line ```'],
  ['```js\n```', ''],
  ['', ''],
] as const)('%j holds %j', ([text, code]) => {
  expect(answerCode(text)).toBe(code);
});
