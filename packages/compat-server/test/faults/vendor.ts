import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import { Budget } from '@tako/budget';
import { SingleAgent } from '@tako/orchestrators';
import { openai } from '@tako/provider-openai/fetch';
import { expect, onTestFinished } from 'vitest';

import type { ServeOpenAIOptions } from '../../src/index.js';
import { framesOf, hello, serving } from '../serving.js';

/** What a vendor does with a request. `isStream` tells what was asked for. */
export type Vendor = (response: ServerResponse, isStream: boolean, request: IncomingMessage) => void;

const head = { id: 'chatcmpl-1', created: 1, model: 'm' };

/** A frame of a stream with such a delta. */
export function frame(delta: object, finish: string | null = null, more: object = {}): string {
  const choices = [{ index: 0, delta, finish_reason: finish }];
  return `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices, ...more })}\n\n`;
}

export const done = 'data: [DONE]\n\n';
export const hi = frame({ role: 'assistant', content: 'Hi' });

/** Begins an answer that streams. */
export function streams(response: ServerResponse, ...texts: readonly string[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(texts.join(''));
}

/** What comes soon may come late on a busy machine. */
const patience = { timeout: 10_000 };

/** The whole answer, as JSON. */
export function whole(message: object, more: object = {}): string {
  const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
  const choices = [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: 'stop' }];
  return JSON.stringify({ ...head, object: 'chat.completion', choices, usage, ...more });
}

/** A server in front of a real one of a vendor's kind: as a model, and as an agent, on one budget. */
export async function behind(
  vendor: Vendor,
  options: ServeOpenAIOptions & { readonly maxUsdPerDay?: number; readonly vendorSilenceMs?: number } = {},
) {
  const open = new Set<IncomingMessage>();
  let asked = 0;
  const upstream = createServer((request, response) => {
    asked++;
    open.add(request);
    response.on('close', () => open.delete(request));
    let body = '';
    request.on('data', (text) => (body += String(text)));
    request.on('end', () => {
      vendor(response, body.includes('"stream":true'), request);
    });
  });
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  onTestFinished(() => {
    upstream.closeAllConnections();
    upstream.close();
  });
  const address = upstream.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const { maxUsdPerDay = 10, vendorSilenceMs = 300, ...others } = options;
  const budget = new Budget({ maxUsdPerDay });
  const provider = budget.layer(
    openai({
      model: 'm',
      apiKey: 'sk-the-vendors-key',
      baseUrl: `http://127.0.0.1:${port}/v1`,
      price: { inputUsdPerMillion: 1, outputUsdPerMillion: 1 },
      capabilities: { maxOutputTokens: 1_000 },
      timeouts: { firstEventMs: vendorSilenceMs, betweenEventsMs: vendorSilenceMs, totalMs: vendorSilenceMs + 200 },
    }),
  );
  const served = await serving({ tako: provider, agent: new SingleAgent({ provider }) }, others);
  const { ask, log } = served;
  const question = (model: string, stream: boolean): Promise<Response> =>
    ask('/v1/chat/completions', { ...hello, model, stream });
  return {
    ...served,
    budget,
    asked: () => asked,
    /** Requests at the vendor that are not over. */
    openAtVendor: () => open.size,
    question,
    /** Asked for JSON, as a model and as an agent: the status and the error's code, which must be the same for both. */
    async refused(): Promise<[number, string | null]> {
      const [one, other] = await Promise.all(['tako', 'agent'].map((model) => question(model, false)));
      const said = async (response: Response | undefined): Promise<[number, string | null]> => {
        const text = (await response?.text()) ?? '';
        expect(text).not.toMatch(/127\.0\.0\.1|sk-the|<html|\n\s+at /);
        const { error } = JSON.parse(text) as { error: { code: string | null } };
        return [response?.status ?? 0, error.code];
      };
      const first = await said(one);
      expect(await said(other)).toEqual(first);
      return first;
    },
    /** Streamed, as a model and as an agent: what came, and that it ended as a failure after the first word must. */
    async broken(): Promise<string[]> {
      const codes: string[] = [];
      for (const model of ['tako', 'agent']) {
        const frames = await framesOf(await question(model, true));
        const text = frames.join('\n');
        expect(text).toContain('Hi');
        expect(text).not.toMatch(/\[DONE\]|"finish_reason":"|127\.0\.0\.1|sk-the/);
        const { error } = JSON.parse(frames.at(-1)?.slice(6) ?? '{}') as { error: { code: string } };
        codes.push(error.code);
      }
      return codes;
    },
    /** Nothing is held, at the vendor or in the budget, and each request has its line. */
    async settled(requests: number): Promise<number> {
      await expect.poll(() => open.size, patience).toBe(0);
      await expect.poll(() => log.length, patience).toBe(requests);
      await expect.poll(async () => (await budget.usage()).reservedTokens, patience).toBe(0);
      return (await budget.usage()).spentTokens;
    },
  };
}
