#!/usr/bin/env node
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';

import { traceToHtml } from '../html/index.js';

const usage = 'usage: tako-trace run.jsonl [--out run.html]';

try {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { out: { type: 'string' } } });
  const [input, ...more] = positionals;
  if (input === undefined || more.length > 0) throw new Error(usage);
  const html = traceToHtml(await readFile(input, 'utf8'));
  if (values.out === undefined) process.stdout.write(html);
  else await writeFile(values.out, html);
} catch (error) {
  process.stderr.write(`tako-trace: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
