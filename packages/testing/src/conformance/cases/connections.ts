import { freePort } from '../../tcp/free-port.js';
import { apiKey } from '../bench/bench.js';
import { expectCode, expectEqual, expectThat } from '../bench/expectation.js';
import { listen } from '../bench/listen.js';
import { question, textAnswer } from '../bench/samples.js';
import { streamed } from '../bench/vendor-scripts.js';
import type { CaseDefinition } from '../conformance-case.js';

/** Requests that get no answer, or lead elsewhere. */
export const connectionCases: readonly CaseDefinition[] = [
  {
    name: 'connections: a refused one is transport, worth another try',
    async run({ provider }) {
      const { events, error } = await listen(provider({ baseUrl: `http://127.0.0.1:${await freePort()}` }), question);
      const { retryable } = expectCode(error, 'the stream', 'transport');
      expectEqual([events.length, retryable], [0, true], 'events, and retryable');
    },
  },
  {
    name: 'connections: a host name that cannot be resolved is transport',
    async run({ provider }) {
      // A label of more than 63 characters: every resolver refuses it by itself, so the suite stays offline.
      const { error } = await listen(provider({ baseUrl: `http://${'x'.repeat(64)}.invalid` }), question);
      expectCode(error, 'the stream', 'transport');
    },
  },
  {
    name: 'connections: a TLS handshake that fails is transport',
    async run({ vendor, provider, wire }) {
      const { port } = await vendor(streamed(wire, textAnswer));
      const { error } = await listen(provider({ baseUrl: `https://127.0.0.1:${port}` }), question);
      expectCode(error, 'the stream', 'transport');
    },
  },
  {
    name: 'connections: one that closes without an answer is transport, and is asked once',
    async run({ vendor, provider }) {
      const server = await vendor((exchange) => exchange.cut());
      const { error } = await listen(provider(server), question);
      expectCode(error, 'the stream', 'transport');
      expectEqual(server.requests.length, 1, 'how many requests the vendor got');
    },
  },
  {
    name: 'connections: one that is reset without an answer is transport',
    async run({ vendor, provider }) {
      const { error } = await listen(provider(await vendor((exchange) => exchange.reset())), question);
      expectCode(error, 'the stream', 'transport');
    },
  },
  followsNo(302),
  followsNo(308),
];

/** A redirect would take the key and the prompt to another place. 308 keeps method and body, 302 does not. */
function followsNo(status: number): CaseDefinition {
  return {
    name: `connections: a redirect (${status}) to another server is not followed`,
    async run({ vendor, provider, wire }) {
      const elsewhere = await vendor(streamed(wire, textAnswer));
      const server = await vendor((exchange) => {
        exchange.head(status, { location: `${elsewhere.baseUrl}${exchange.request.url}` });
        exchange.end();
      });
      const { events, error } = await listen(provider(server), question);
      const strayed = elsewhere.requests.some(({ headers }) => JSON.stringify(headers).includes(apiKey));
      expectThat(!strayed, 'the key does not travel to the other server');
      expectEqual(elsewhere.connections, 0, 'connections to the other server');
      expectEqual(events, [], 'the events');
      expectCode(error, 'the stream', 'invalid');
    },
  };
}
