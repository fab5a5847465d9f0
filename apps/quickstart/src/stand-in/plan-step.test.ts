import { expect, test } from 'vitest';

import type { ToolSchema } from '@tako/core';

import { sampleTools } from '../../test/sample-tools.js';
import type { Finding } from './findings.js';
import { planStep, type Step } from './plan-step.js';

const root = '/home/ann/project';
const found = (name: string, input: Finding['arguments'], text: string, isError = false): Finding => {
  return { name, arguments: input, text, isError, isCut: false };
};
const plan = (prompt: string, findings: readonly Finding[] = [], tools: readonly ToolSchema[] = sampleTools): Step => {
  return planStep(tools, { prompt, findings, roots: [root] });
};
const calls = (step: Step): unknown[] => {
  return step.type === 'call' ? step.calls.map(({ name, arguments: input }) => [name, input]) : [];
};
const told = (step: Step): string => (step.type === 'report' ? step.answers.join('\n') : '');

const leftOut = ['**/node_modules', '**/.git'];

test('counting and picking goes from a search over the sizes to the text of the smallest file', () => {
  const prompt = 'how many Markdown files are in docs, and what does the smallest one do?';
  const search = { path: 'docs', pattern: '**/*.md', excludePatterns: leftOut };
  expect(calls(plan(prompt))).toEqual([['search_files', search]]);

  const paths = [1, 2, 3, 4, 5, 6, 7, 8].map((at) => `${root}/docs/a/${at}.md`);
  const findings = [found('search_files', search, [`${root}/docs/x.md`, ...paths].join('\n'))];
  expect(calls(plan(prompt, findings))).toEqual([
    ['list_directory_with_sizes', { path: 'docs' }],
    ['list_directory_with_sizes', { path: 'docs/a' }],
  ]);

  const tagged = (name: string, size: string): string => `[FILE] ${name.padEnd(30)} ${size.padStart(10)}`;
  const inA = [1, 2, 3, 4, 5, 6, 7, 8].map((at) => tagged(`${at}.md`, `${at}00 B`)).join('\n');
  findings.push(
    found(
      'list_directory_with_sizes',
      { path: 'docs' },
      `[DIR] a\n${tagged('x.md', '1.50 KB')}\n${tagged('y', '1 B')}`,
    ),
    found('list_directory_with_sizes', { path: 'docs/a' }, `${inA}\n\nTotal: 8 files, 0 directories`),
  );
  expect(calls(plan(prompt, findings))).toEqual([['read_text_file', { path: 'docs/a/1.md' }]]);

  findings.push(found('read_text_file', { path: 'docs/a/1.md' }, '# One\n\nIt says\nnothing.\n'));
  const report = told(plan(prompt, findings));
  expect(report).toContain('9 files');
  expect(report).toContain('docs/a/1.md (100 bytes)');
  expect(report).toContain('It says nothing');
});

test('files that a rounded listing cannot tell apart are measured one by one', () => {
  const prompt = 'which is the largest of the json files in data?';
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
  const search = { path: 'data', pattern: '**/*.json', excludePatterns: leftOut };
  const sizes = names.map((name) => `[FILE] ${name}.json  ${name < 'c' ? '2.00 KB' : '1.00 KB'}`).join('\n');
  const findings = [
    found('search_files', search, names.map((name) => `${root}/data/${name}.json`).join('\n')),
    found('list_directory_with_sizes', { path: 'data' }, sizes),
  ];
  expect(calls(plan(prompt, findings))).toEqual([
    ['get_file_info', { path: 'data/a.json' }],
    ['get_file_info', { path: 'data/b.json' }],
  ]);

  findings.push(
    found('get_file_info', { path: 'data/a.json' }, 'size: 2047\nisFile: true'),
    found('get_file_info', { path: 'data/b.json' }, 'size: 2050\nisFile: true'),
  );
  expect(told(plan(prompt, findings))).toContain('data/b.json (2050 bytes)');
});

test('clauses that do not need each other are worked on in one step', () => {
  expect(calls(plan('what is 17 + 25? Then echo "good morning" and read README.md'))).toEqual([
    ['get-sum', { a: 17, b: 25 }],
    ['echo', { message: 'good morning' }],
    ['read_text_file', { path: 'README.md' }],
  ]);
});

test('a clause that speaks of "it" takes what the clause before was about', () => {
  const prompt = 'read README.md and tell me its first heading';
  expect(calls(plan(prompt))).toEqual([['read_text_file', { path: 'README.md' }]]);
  const text = '```sh\n# no heading\n```\n## Real heading ##\n';
  const report = told(plan(prompt, [found('read_text_file', { path: 'README.md' }, text)]));
  expect(report).toContain('“Real heading”');
});

test('folders are told apart from files', () => {
  const prompt = 'which folders are in packages?';
  expect(calls(plan(prompt))).toEqual([['list_directory', { path: 'packages' }]]);
  const listing = '[DIR] core\n[FILE] notes.md\n[DIR] two words';
  const report = told(plan(prompt, [found('list_directory', { path: 'packages' }, listing)]));
  expect(report).toBe('There are 2 folders in packages: core, two words.');
});

test('a path that is not there is looked for by its name', () => {
  const prompt = 'read retry.ts';
  const search = { path: '.', pattern: '**/retry.ts', excludePatterns: leftOut };
  const findings = [found('read_text_file', { path: 'retry.ts' }, 'ENOENT: no such file or directory', true)];
  expect(calls(plan(prompt, findings))).toEqual([['search_files', search]]);

  findings.push(found('search_files', search, `${root}/src/retry.ts`));
  expect(calls(plan(prompt, findings))).toEqual([['read_text_file', { path: 'src/retry.ts' }]]);
});

test('a path that is nowhere is reported as the tool said it', () => {
  const findings = [
    found('read_text_file', { path: 'gone.md' }, 'ENOENT: no such file or directory', true),
    found('search_files', { path: '.', pattern: '**/gone.md', excludePatterns: leftOut }, 'No matches found'),
  ];
  expect(told(plan('read gone.md', findings))).toBe('read_text_file failed: ENOENT: no such file or directory');
});

test('a tool that changes something is chosen only where its verb was said', () => {
  expect(calls(plan('which new files with content are in docs?'))).toEqual([['list_directory', { path: 'docs' }]]);
  expect(calls(plan('write "hello" to notes.txt'))).toEqual([['write_file', { path: 'notes.txt', content: 'hello' }]]);
  expect(calls(plan('rename a.md to b.md'))).toEqual([['move_file', { source: 'a.md', destination: 'b.md' }]]);
});

test('what no tool can do is said, and no tool is called', () => {
  expect(told(plan('what is the capital of France?'))).toBe('No tool fits “what is the capital of France?”.');
  expect(told(plan('how many arms does a squid have?'))).toContain('No tool fits');
  expect(told(plan('read README.md', [], []))).toContain('No tool');
});

test('tools it has never seen are chosen by their words too', () => {
  const tools: ToolSchema[] = [
    {
      name: 'multiplyNumbers',
      description: 'The product of two factors',
      inputSchema: {
        type: 'object',
        properties: { left: { type: 'number' }, right: { type: 'integer' } },
        required: ['left', 'right'],
      },
    },
    {
      name: 'translate',
      description: 'Translates a sentence into another language',
      inputSchema: {
        type: 'object',
        properties: { sentence: { type: 'string' }, language: { type: 'string', enum: ['French', 'Dutch'] } },
        required: ['sentence', 'language'],
      },
    },
  ];
  expect(calls(plan('what is 6 times 7?', [], tools))).toEqual([['multiplyNumbers', { left: 6, right: 7 }]]);
  expect(calls(plan('translate "good day" into Dutch', [], tools))).toEqual([
    ['translate', { sentence: 'good day', language: 'Dutch' }],
  ]);
});

test('optional numbers are filled where their words stand beside the number', () => {
  expect(calls(plan('run a long operation of 30 seconds with 6 steps'))).toEqual([
    ['trigger-long-running-operation', { duration: 30, steps: 6 }],
  ]);
  expect(calls(plan('the first 3 lines of README.md'))).toEqual([['read_text_file', { path: 'README.md', head: 3 }]]);
});
