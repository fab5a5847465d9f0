import { expect, test } from 'vitest';

import type { RunEvent } from '@tako/core';

import { Terminal } from './terminal.js';

const place = { step: 0, branch: 0 } as const;
const text = (delta: string): RunEvent => ({ type: 'text_delta', ...place, text: delta });
const called = (id: string, name: string, input: object): RunEvent => {
  return { type: 'tool_call_end', ...place, toolCallId: id, name, arguments: JSON.stringify(input) };
};
const result = (id: string, name: string, said: string, isError = false): RunEvent => {
  const content = [{ type: 'text', text: said }] as const;
  return { type: 'tool_call_result', ...place, toolCallId: id, name, content, isError, durationMs: 12.4 };
};

function printed(events: readonly RunEvent[], rich = false): string {
  let written = '';
  const terminal = new Terminal({ columns: 80, write: (piece) => (written += piece) }, { rich });
  for (const event of events) terminal.show(event);
  terminal.abandon();
  terminal.line('the end');
  return written;
}

test('a tool call is one line with arguments and time, apart from the text', () => {
  const events = [text('I '), text('add.'), called('1', 'sum', { a: 1 }), result('1', 'sum', '1'), text('Done.\n')];
  expect(printed(events)).toBe('I add.\n  → sum {"a":1} 12 ms\nDone.\nthe end\n');
});

test('long arguments are cut, and an error is told', () => {
  const events = [called('1', 'save', { text: 'x'.repeat(500) }), result('1', 'save', 'disk\nfull', true)];
  const [line = ''] = printed(events).split('\n');
  expect(line).toMatch(/^ {2}✗ save \{"text":"x+… 12 ms: disk full$/);
  expect(line.length).toBeLessThan(80);
});

test('a call without a result is told as stopped', () => {
  expect(printed([text('Now'), called('1', 'wait', {})])).toBe('Now\n  ✗ wait {} stopped\nthe end\n');
});

test('text cannot steer the terminal', () => {
  const sneaky = '\u001B]0;title\u0007\u001B[2Jgone\u009B31m\r';
  expect(printed([text(sneaky), called('1', 'a', { b: sneaky })])).not.toSatisfy((out: string) =>
    ['\u0007', '\r', '\u001B', '\u009B'].some((steering) => out.includes(steering)),
  );
});

test('without colours there is no escape sequence; with them the line about running tools is wiped', () => {
  const events = [called('1', 'sum', {}), called('2', 'sub', {}), result('1', 'sum', ''), result('2', 'sub', '')];
  expect(printed(events)).not.toContain('\u001B');
  const rich = printed(events, true);
  expect(rich).toContain('\r\u001B[2K');
  expect(rich.slice(rich.lastIndexOf('\u001B[2K'))).not.toContain('…');
});
