import { assistant, system, user, type ChatRequest, type ToolChoice } from '@tako/core';

import { apiKey, modelId, type Bench } from '../bench/bench.js';
import { expectCode, expectEqual, expectThat, shown } from '../bench/expectation.js';
import { listen, listenToEnd } from '../bench/listen.js';
import { prompt, question, textAnswer, toolQuestion, weather } from '../bench/samples.js';
import { streamed } from '../bench/vendor-scripts.js';
import type { CaseDefinition } from '../conformance-case.js';
import type { WireFeature } from '../provider-under-test.js';
import type { WireRequestView } from '../vendor-wire.js';

const schema = {
  type: 'object',
  properties: { lodging: { type: 'string' } },
  required: ['lodging'],
  additionalProperties: false,
};

/** What the vendor gets to read. */
export const requestCases: readonly CaseDefinition[] = [
  {
    name: 'requests: it is asked for a stream',
    async run(bench) {
      expectEqual((await sent(bench, question)).stream, true, 'stream');
    },
  },
  {
    name: 'requests: the key arrives, without white space at its ends',
    needs: ['apiKey'],
    async run(bench) {
      const server = await bench.vendor(streamed(bench.wire, textAnswer));
      await listenToEnd(bench.provider(server, { apiKey: ` ${apiKey}\n` }), question);
      expectEqual(bench.request(server).apiKey, apiKey, 'the key');
    },
  },
  {
    name: 'requests: the model arrives, colons and all',
    needs: ['model'],
    async run(bench) {
      expectEqual((await sent(bench, question)).model, modelId, 'the model');
    },
  },
  {
    name: 'requests: text arrives as it is',
    async run(bench) {
      const text = 'Line one\nline "two" \\ \t 👋🏽 漢字 </script> \u2028 ${x}';
      const view = await sent(bench, { messages: [user(text)] });
      expectEqual(textsOf(view, 'user'), [text], 'the text of the user');
    },
  },
  {
    name: 'requests: all system texts arrive, in order',
    async run(bench) {
      const view = await sent(bench, {
        messages: [
          system('First rule.'),
          system('Second rule.'),
          user('Hi.'),
          assistant('Hello.'),
          system('Third rule.'),
          user(prompt),
        ],
      });
      // A vendor with one field for all of them gets them joined.
      const text = textsOf(view, 'system').join('\n');
      const places = ['First rule.', 'Second rule.', 'Third rule.'].map((rule) => text.indexOf(rule));
      expectThat(!places.includes(-1), `all three system texts arrive, got ${shown(text)}`);
      expectEqual(
        places,
        places.toSorted((left, right) => left - right),
        'the places of the system texts',
      );
    },
  },
  {
    name: 'requests: turns arrive in order',
    async run(bench) {
      const view = await sent(bench, {
        messages: [user('One?'), assistant('One.'), user('Two?'), assistant('Two.'), user('Three?')],
      });
      expectEqual(
        view.messages.map(({ role, texts }) => `${role}: ${texts.join('')}`),
        ['user: One?', 'assistant: One.', 'user: Two?', 'assistant: Two.', 'user: Three?'],
        'the turns',
      );
    },
  },
  {
    name: 'requests: several parts of one message arrive in order',
    async run(bench) {
      const view = await sent(bench, { messages: [user('One. ', 'Two. ', 'Three.')] });
      expectEqual(textsOf(view, 'user').join(''), 'One. Two. Three.', 'the text of the user');
    },
  },
  {
    name: 'requests: tools arrive with description and schema',
    async run(bench) {
      const [tool] = (await sent(bench, toolQuestion)).tools;
      expectEqual([tool?.name, tool?.description], [weather.name, weather.description], 'name and description');
      const text = JSON.stringify(tool?.inputSchema ?? null);
      expectThat(text.includes('"city"') && text.includes('The name of a city'), `the schema arrives, got ${text}`);
    },
  },
  carries('maxOutputTokens', 'a limit of output', { maxOutputTokens: 321 }, (view) => view.maxOutputTokens, 321),
  carries('temperature', 'a temperature', { temperature: 0.25 }, (view) => view.temperature, 0.25),
  carries('temperature', 'a temperature of 0', { temperature: 0 }, (view) => view.temperature, 0),
  carries('topP', 'topP', { topP: 0.5 }, (view) => view.topP, 0.5),
  carries('stop', 'stop texts', { stop: ['END', '\n\n'] }, (view) => view.stop, ['END', '\n\n']),
  carries('seed', 'a seed', { seed: 4711 }, (view) => view.seed, 4711),
  carries('toolChoice', 'a call that must be', choice('required'), (view) => view.toolChoice, 'required'),
  carries('toolChoice', 'a call that must not be', choice('none'), choiceOrNoTools, 'none'),
  carries('toolChoice', 'the tool to call', choice({ name: 'weather' }), (view) => view.toolChoice, {
    name: 'weather',
  }),
  carries(
    'parallelToolCalls',
    'one call at a time',
    { tools: [weather], parallelToolCalls: false },
    (view) => view.parallelToolCalls,
    false,
  ),
  carries('json', 'JSON as the form', { responseFormat: { type: 'json' } }, (view) => view.responseFormat, 'json'),
  carries(
    'jsonSchema',
    'a schema of the answer',
    { responseFormat: { type: 'json_schema', name: 'lodging', schema } },
    // A vendor may want its schema in another spelling.
    (view) => JSON.stringify(view.responseFormat ?? null).includes('"lodging"'),
    true,
  ),
  {
    name: 'requests: what is not asked for is not sent',
    async run(bench) {
      const { temperature, topP, stop, seed, toolChoice, tools } = await sent(bench, question);
      expectEqual({ temperature, topP, stop, seed, toolChoice, tools }, { tools: [] }, 'fields that nobody set');
    },
  },
  {
    name: "requests: vendorOptions of the vendor are merged in, others' are not",
    async run(bench) {
      const server = await bench.vendor(streamed(bench.wire, textAnswer));
      const vendorOptions = {
        [bench.wire.vendor]: { conformance_field: 'ours' },
        'someone-else': { foreign_field: 'theirs' },
      };
      await listenToEnd(bench.provider(server), { ...question, vendorOptions });
      const body = server.requests[0]?.body ?? '';
      expectThat(body.includes('"conformance_field":"ours"'), "the vendor's own field is in the body");
      expectThat(!body.includes('foreign_field'), "another vendor's field is not");
    },
  },
  {
    name: 'requests: a frozen request works, and is left as it was',
    async run(bench) {
      const request: ChatRequest = {
        messages: [system('Be brief.'), user(prompt), assistant('In the woods.'), user('And when?')],
        tools: [weather],
        toolChoice: 'auto',
        stop: ['END'],
        vendorOptions: { [bench.wire.vendor]: { conformance_field: 1 } },
        ...(bench.underTest.lacks?.stop === undefined ? {} : { stop: undefined }),
      };
      const before = JSON.stringify(request);
      await sent(bench, deeplyFrozen(request));
      expectEqual(JSON.stringify(request), before, 'the request after the call');
    },
  },
];

/** The field arrives; where the vendor has none, the caller is told. Nothing is dropped in silence. */
function carries(
  feature: WireFeature,
  what: string,
  fields: Partial<ChatRequest>,
  read: (view: WireRequestView) => unknown,
  expected: unknown,
): CaseDefinition {
  return {
    name: `requests: ${what} arrives, or the caller is told that it cannot`,
    async run(bench) {
      const server = await bench.vendor(streamed(bench.wire, textAnswer));
      const request = { ...question, ...fields };
      if (bench.underTest.lacks?.[feature] === undefined) {
        await listenToEnd(bench.provider(server), request);
        expectEqual(read(bench.request(server)), expected, feature);
        return;
      }
      const { events, error } = await listen(bench.provider(server), request);
      if (error !== undefined) expectCode(error, 'the stream', 'unsupported');
      const told = error !== undefined || events.some((event) => event.type === 'warning');
      expectThat(told, `${feature} cannot be sent: "unsupported" or a warning event says so`);
    },
  };
}

function choice(toolChoice: ToolChoice): Partial<ChatRequest> {
  return { tools: [weather], toolChoice };
}

/** A vendor without a word for `none` gets no tools: the model cannot call one either way. */
function choiceOrNoTools({ toolChoice, tools }: WireRequestView): unknown {
  return tools.length === 0 ? 'none' : toolChoice;
}

function textsOf(view: WireRequestView, role: string): readonly string[] {
  return view.messages.flatMap((message) => (message.role === role ? message.texts : []));
}

async function sent(bench: Bench, request: ChatRequest): Promise<WireRequestView> {
  const server = await bench.vendor(streamed(bench.wire, textAnswer));
  await listenToEnd(bench.provider(server), request);
  return bench.request(server);
}

function deeplyFrozen<T extends object>(value: T): T {
  for (const field of Object.values(value)) if (typeof field === 'object' && field !== null) deeplyFrozen(field);
  return Object.freeze(value);
}
