import { call, parseModelId, unknownCapabilities, user } from '@tako/core';
import { setTimeout as sleep } from 'node:timers/promises';

import { modelId } from '../bench/bench.js';
import { acrossFrames } from '../bench/chunking.js';
import { expectEqual, expectThat } from '../bench/expectation.js';
import { listenToEnd, textIn } from '../bench/listen.js';
import { question, textAnswer, usage } from '../bench/samples.js';
import { streamed, streamHead } from '../bench/vendor-scripts.js';
import type { CaseDefinition } from '../conformance-case.js';

/** Long enough for a connection that should not be opened, in milliseconds. */
const idleMs = 30;

/** What a provider is, and that it does nothing until it is asked. */
export const contractCases: readonly CaseDefinition[] = [
  {
    name: 'contract: the version is 1',
    async run({ provider }) {
      expectEqual(provider({ baseUrl: 'http://127.0.0.1:9' }).contract, 1, 'contract');
    },
  },
  {
    name: 'contract: the id is vendor and model, split at the first colon',
    async run({ provider, wire }) {
      const { id } = provider({ baseUrl: 'http://127.0.0.1:9' });
      expectEqual(parseModelId(id), { vendor: wire.vendor, model: modelId }, `the halves of the id ${id}`);
    },
  },
  {
    name: 'contract: capabilities are complete, plain data',
    async run({ provider }) {
      const { capabilities } = provider({ baseUrl: 'http://127.0.0.1:9' });
      expectEqual(JSON.parse(JSON.stringify(capabilities)), capabilities, 'capabilities after a trip through JSON');
      for (const name of Object.keys(unknownCapabilities)) {
        const value: unknown = Object.entries(capabilities).find(([key]) => key === name)?.[1];
        const legal = name === 'reasoningEfforts' ? value === 'unknown' || Array.isArray(value) : isSupport(value);
        expectThat(legal, `capabilities.${name} is yes, no or unknown (or a list of efforts), got ${String(value)}`);
      }
    },
  },
  {
    name: 'contract: making a provider opens no connection',
    async run({ vendor, provider, wire }) {
      const server = await vendor(streamed(wire, textAnswer));
      provider(server);
      await sleep(idleMs);
      expectEqual(server.connections, 0, 'connections');
    },
  },
  {
    name: 'contract: nothing happens before the first event is asked for',
    async run({ vendor, provider, wire }) {
      const server = await vendor(streamed(wire, textAnswer));
      provider(server).stream(question, call())[Symbol.asyncIterator]();
      await sleep(idleMs);
      expectEqual(server.connections, 0, 'connections');
    },
  },
  {
    name: 'contract: a stream that is left before its first event opens no connection',
    async run({ vendor, provider, wire }) {
      const server = await vendor(streamed(wire, textAnswer));
      const events = provider(server).stream(question, call())[Symbol.asyncIterator]();
      await events.return?.();
      const next = await events.next();
      expectThat(next.done === true, 'a stream that was left is over');
      await sleep(idleMs);
      expectEqual(server.connections, 0, 'connections');
    },
  },
  {
    name: 'contract: calls at the same time do not mix',
    async run({ vendor, provider, wire }) {
      const server = await vendor(async (exchange) => {
        const [text = ''] = wire.readRequest(exchange.request).messages.flatMap((message) => message.texts);
        const deltas = Array.from({ length: 20 }, () => `${text};`);
        streamHead(wire, exchange);
        const frames = wire.stream({ parts: [{ type: 'text', deltas }], finishReason: 'stop', usage });
        for (const bytes of acrossFrames(frames)) {
          await exchange.write(bytes);
          await sleep(0); // the others' turn
        }
        exchange.end();
      });
      const model = provider(server);
      const names = Array.from({ length: 8 }, (_, at) => `caller-${at}`);
      const answers = await Promise.all(names.map((name) => listenToEnd(model, { messages: [user(name)] })));
      expectEqual(
        answers.map(textIn),
        names.map((name) => `${name};`.repeat(20)),
        'each caller hears its own answer',
      );
    },
  },
];

function isSupport(value: unknown): boolean {
  return value === 'yes' || value === 'no' || value === 'unknown';
}
