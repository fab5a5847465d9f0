import { LLMock } from '@copilotkit/aimock';
import { expect, onTestFinished, test, vi } from 'vitest';

import { runApp } from './run-app.js';

// Each test starts three processes, on machines that are busy with other tests.
vi.setConfig({ testTimeout: 60_000 });

test.each([
  [['--jsn', 'hello'], '--jsn'],
  [['hello', '--folder', './no/such/folder'], 'there is no folder "./no/such/folder"'],
  [['hello', '--folder', 'package.json'], '"package.json" is not a folder'],
  [['hello', '--max-steps', 'x'], '--max-steps'],
  [['hello', '--provider', 'openai'], 'OPENAI_API_KEY is not set'],
  [['hello', '--provider', 'ollama'], 'no Ollama answers'],
  [[], 'there is no question'],
])('%j: one line, exit code 2', async (args, words) => {
  const { code, stdout, stderr } = await runApp(args);
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^error: .*\n$/);
  expect(stderr).toContain(words);
});

test('a key that the vendor refuses: one line without the key, exit code 2', async () => {
  const mock = await LLMock.create({ port: 0 });
  onTestFinished(() => mock.stop());
  mock.nextRequestError(401, {
    message: 'Incorrect API key provided',
    type: 'invalid_request_error',
    code: 'invalid_api_key',
  });

  const environment = { OPENAI_API_KEY: 'sk-wrong-key-123', OPENAI_BASE_URL: `${mock.url}/v1` };
  const { code, stdout, stderr } = await runApp(['hello'], { environment });
  expect(mock.getRequests()).toHaveLength(1);
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^error: the key was refused.*\n$/);
  expect(stderr).not.toContain('sk-wrong-key-123');
});

test.each([
  [{ OPENAI_API_KEY: 'sk-1', OPENAI_BASE_URL: 'nonsense' }, 'OPENAI_BASE_URL is not a URL'],
  [{ OPENAI_API_KEY: 'sk 1' }, 'cannot stand in an HTTP header'],
])('%j: one line, exit code 2', async (environment, words) => {
  const { code, stdout, stderr } = await runApp(['hello'], { environment });
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^error: .*\n$/);
  expect(stderr).toContain(words);
});

test('--help prints the flags', async () => {
  const { code, stdout, stderr } = await runApp(['--help']);
  expect([code, stderr]).toEqual([0, '']);
  for (const flag of ['--folder', '--provider', '--model', '--max-steps', '--json']) expect(stdout).toContain(flag);
});
