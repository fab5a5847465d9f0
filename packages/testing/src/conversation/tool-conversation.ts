import {
  call,
  collect,
  system,
  textOf,
  toolResults,
  user,
  type AssistantMessage,
  type ChatRequest,
  type ChatResponse,
  type Message,
  type Provider,
  type ToolSchema,
} from '@tako/core';

/** What a mock vendor must answer, in the form that `addFixtures` of `LLMock` (`@copilotkit/aimock`) takes. */
export interface ConversationFixture {
  match: { userMessage: string; hasToolResult?: boolean };
  response: { content: string; toolCalls?: ConversationFixtureCall[] } | { toolCalls: ConversationFixtureCall[] };
}

/** A tool call of a fixture. */
export interface ConversationFixtureCall {
  id: string;
  name: string;
  /** JSON. */
  arguments: string;
}

/** A conversation that every provider holds in the same words. */
export interface ToolConversation {
  /** The vendor's part. A new copy each time: a mock may keep what it gets. */
  fixtures(): ConversationFixture[];
  /**
   * Holds the conversation with a model of the mock vendor, streamed: a picture and a question, two tool calls of which one
   * fails, the answer, and a further question with the whole history. Three requests in all.
   *
   * @returns the model's three answers
   * @throws when the model says anything else than the fixtures.
   */
  hold(provider: Provider): Promise<readonly ChatResponse[]>;
}

/** One pixel. */
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const weather: ToolSchema = {
  name: 'weather',
  description: 'Weather of a city, now',
  inputSchema: {
    type: 'object',
    properties: { city: { type: 'string', description: 'The name of a city' } },
    required: ['city'],
    additionalProperties: false,
  },
};

const calls = [
  { id: 'call_oslo', name: 'weather', arguments: '{"city":"Oslo"}' },
  { id: 'call_rome', name: 'weather', arguments: '{"city":"Rome"}' },
];
const answered = 'Rain in Oslo ☔; Rome did not answer.';
const further = 'Rome again: sun.';

/** See `ToolConversation`. */
export const toolConversation: ToolConversation = {
  fixtures: () => [
    {
      match: { userMessage: 'Oslo and Rome', hasToolResult: false },
      response: { content: 'I look it up.', toolCalls: calls.map((each) => ({ ...each })) },
    },
    { match: { userMessage: 'Oslo and Rome', hasToolResult: true }, response: { content: answered } },
    { match: { userMessage: 'try Rome once more' }, response: { content: further } },
  ],

  async hold(provider) {
    const history: Message[] = [
      system('Answer in one line.'),
      user('What is the weather in Oslo and Rome, and is it in this picture?', {
        type: 'image',
        mimeType: 'image/png',
        data: png,
      }),
    ];
    const ask = async (): Promise<ChatResponse> => {
      const request: ChatRequest = { messages: [...history], tools: [weather], maxOutputTokens: 200 };
      const response = await collect(provider.stream(request, call()));
      history.push(response.message);
      return response;
    };

    const first = await ask();
    const [oslo, rome] = idsOf(first.message);
    expectSaid(
      'the names and arguments of the tools',
      argumentsOf(first.message),
      calls.map(argumentsOfCall).join(' '),
    );
    if (oslo === undefined || rome === undefined || oslo === rome) throw new Error('two calls have two ids');
    history.push(
      toolResults(
        { type: 'tool_result', toolCallId: oslo, name: 'weather', content: [{ type: 'text', text: 'Rain, 4 °C' }] },
        {
          type: 'tool_result',
          toolCallId: rome,
          name: 'weather',
          content: [{ type: 'text', text: 'the station is closed' }],
          isError: true,
        },
      ),
    );
    const second = await ask();
    expectSaid('the answer', textOf(second.message), answered);
    history.push(user('Please try Rome once more.'));
    const third = await ask();
    expectSaid('the last answer', textOf(third.message), further);
    return [first, second, third];
  },
};

function idsOf(message: AssistantMessage): readonly string[] {
  return message.content.flatMap((part) => (part.type === 'tool_call' ? [part.id] : []));
}

function argumentsOf(message: AssistantMessage): string {
  return message.content.flatMap((part) => (part.type === 'tool_call' ? [argumentsOfCall(part)] : [])).join(' ');
}

/** White space between the parts of JSON is the vendor's affair. */
function argumentsOfCall({ name, arguments: json }: { readonly name: string; readonly arguments: string }): string {
  return `${name} ${JSON.stringify(JSON.parse(json))}`;
}

function expectSaid(what: string, said: string, expected: string): void {
  if (said !== expected) throw new Error(`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(said)}`);
}
