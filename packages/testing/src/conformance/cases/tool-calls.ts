import { expectAnswer } from '../bench/expect-answer.js';
import { expectEqual, expectThat } from '../bench/expectation.js';
import { builtFrom, finishOf, listenToEnd } from '../bench/listen.js';
import { textAnswer, toolAnswer, toolQuestion, twoCalls, usage } from '../bench/samples.js';
import { expectLegalStream } from '../bench/stream-rules.js';
import { streamed } from '../bench/vendor-scripts.js';
import type { CaseDefinition } from '../conformance-case.js';
import type { WireFeature } from '../provider-under-test.js';
import type { WireAnswer, WirePart } from '../vendor-wire.js';

/** How tool calls become parts. */
export const toolCallCases: readonly CaseDefinition[] = [
  assembles('one call', [twoCalls.slice(0, 1)].flat()),
  assembles('two parallel calls, one after the other', twoCalls),
  assembles('two parallel calls, their pieces mixed', twoCalls, { needs: ['interleaving'], interleaved: true }),
  assembles('text before calls', [{ type: 'text', deltas: ['I look ', 'it up.'] }, ...twoCalls]),
  assembles(
    'eight parallel calls',
    Array.from({ length: 8 }, (_, at) => callOf(`call_${at}`, [`{"city":"`, `Town ${at}"}`])),
  ),
  assembles(
    'arguments with escapes',
    [callOf('call_escapes', ['{"city":"a \\"b\\"', ' \\\\ \\n \\u00e9 ', '\\ud83d\\ude00"}'])],
    { needs: ['rawArguments'] },
  ),
  assembles('arguments with line ends and the words of the wire', [
    callOf('call_words', ['{"city":"data: [DONE]\\n\\nevent: error\\n', '{}"}']),
  ]),
  assembles('arguments that are not JSON, as they are', [callOf('call_bad', ['{"city": ', "'Oslo'"])], {
    needs: ['rawArguments'],
  }),
  {
    name: 'tool calls: a call without arguments is whole',
    async run({ vendor, provider, wire }) {
      const answer: WireAnswer = { parts: [callOf('call_none', [])], finishReason: 'tool_calls', usage };
      const events = await listenToEnd(provider(await vendor(streamed(wire, answer))), toolQuestion);
      expectLegalStream(events);
      const [part] = builtFrom(events).content();
      expectThat(part?.type === 'tool_call', 'the content is a tool call');
      // A vendor that sends objects sends an empty one.
      expectThat(part.arguments === '' || part.arguments === '{}', `its arguments are empty, got ${part.arguments}`);
    },
  },
  {
    name: 'tool calls: an answer that calls tools finishes with tool_calls',
    async run({ vendor, provider, wire }) {
      const events = await listenToEnd(provider(await vendor(streamed(wire, toolAnswer))), toolQuestion);
      expectEqual(finishOf(events).finishReason, 'tool_calls', 'finishReason');
    },
  },
  {
    name: 'tool calls: ids differ between answers',
    async run({ vendor, provider, wire, underTest }) {
      const other: WireAnswer = { ...toolAnswer, parts: [callOf('call_rome', ['{"city":"Rome"}'])] };
      const model = provider(
        await vendor(streamed(wire, toolAnswer), streamed(wire, textAnswer), streamed(wire, other)),
      );
      const ids: string[] = [];
      for (const answer of [toolAnswer, textAnswer, other]) {
        const content = builtFrom(await listenToEnd(model, toolQuestion)).content();
        expectAnswer(underTest, content, answer);
        for (const part of content) if (part.type === 'tool_call') ids.push(part.id);
      }
      expectEqual(new Set(ids).size, 3, `how many different ids there are in ${ids.join(', ')}`);
    },
  },
];

function assembles(
  what: string,
  parts: readonly WirePart[],
  { needs = [], interleaved }: { readonly needs?: readonly WireFeature[]; readonly interleaved?: boolean } = {},
): CaseDefinition {
  return {
    name: `tool calls: ${what}`,
    needs,
    async run({ vendor, provider, wire, underTest }) {
      const answer: WireAnswer = { parts, finishReason: 'tool_calls', usage, interleaved };
      const events = await listenToEnd(provider(await vendor(streamed(wire, answer))), toolQuestion);
      expectLegalStream(events);
      expectAnswer(underTest, builtFrom(events).content(), answer);
    },
  };
}

function callOf(id: string, deltas: readonly string[]): WirePart {
  return { type: 'tool_call', id, name: 'weather', deltas };
}
