import type { Authenticator } from '@tako/core';
import { leaks, say, scriptedProvider } from '@tako/testing';
import { expect } from 'vitest';

import type { ServeOpenAIOptions } from '../../src/index.js';
import { serving } from '../serving.js';

/** The server with an authenticator in front, asked over a socket. */
export async function gate(auth: Authenticator, options: ServeOpenAIOptions = {}) {
  const target = { tako: scriptedProvider(() => [say('Hi')], { keepCalls: false }) };
  const served = await serving(target, { auth, ...options });
  const { ask, log } = served;

  /** What a token gets, on which no trace of it is left. */
  async function show(token: string): Promise<{ readonly response: Response; readonly body: unknown }> {
    const before = log.length;
    const body = { model: 'tako', messages: [{ role: 'user', content: 'Hello' }] };
    const response = await ask('/v1/chat/completions', body, { authorization: `Bearer ${token}` });
    const text = await response.text();
    expect(leaks([token], text, [...response.headers], log.slice(before))).toEqual([]);
    expect(response.headers.get('x-request-id')).toMatch(/^req_/);
    return { response, body: JSON.parse(text) };
  }

  return {
    ...served,
    show,
    /** Whoever shows this is let in, as `user`. */
    async admits(token: string, user = 'ada'): Promise<void> {
      expect((await show(token)).response.status).toBe(200);
      expect(log.at(-1)).toMatchObject({ tenantId: 'acme', userId: user });
    },
    /** Whoever shows this is told that it is wrong, and nothing more. */
    async refuses(token: string): Promise<void> {
      const { response, body } = await show(token);
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
      const message = 'Incorrect API key provided.';
      expect(body).toEqual({
        error: { message, type: 'invalid_request_error', param: null, code: 'invalid_api_key' },
      });
    },
    /** Whoever shows this is told to come back: nobody can say now whether it is good. */
    async defers(token: string): Promise<void> {
      const { response, body } = await show(token);
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([503, null]);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect(body).toMatchObject({ error: { type: 'server_error', code: 'auth_unavailable' } });
    },
  };
}
