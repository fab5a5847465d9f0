import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A message of the request, as far as it is looked at. */
interface Message {
  readonly role: string;
}

/**
 * A vendor with OpenAI's API whose models do one thing each: `answers` answers, `calls` calls the tool `add` first, `judges` gives
 * 8 of 10, `fails` fails.
 */
export async function scriptedVendor(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server: Server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => {
      body += piece;
    });
    request.on('end', () => {
      const { model, messages, stream }: { model: string; messages: readonly Message[]; stream?: boolean } =
        JSON.parse(body);
      if (model === 'fails') {
        response.writeHead(500, { 'content-type': 'application/json' }).end('{"error":{"message":"broken"}}');
        return;
      }
      const isCall = model === 'calls' && !messages.some(({ role }) => role === 'tool');
      const message = isCall ? toolCall : { role: 'assistant', content: model === 'judges' ? verdict : 'It is five.' };
      const finish_reason = isCall ? 'tool_calls' : 'stop';
      const usage = { prompt_tokens: 1_200, completion_tokens: 300, total_tokens: 1_500 };
      const common = { id: 'x', created: 1, model };
      if (stream !== true) {
        const choices = [{ index: 0, message, finish_reason }];
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ ...common, object: 'chat.completion', choices, usage }));
        return;
      }
      const delta = isCall
        ? { ...message, tool_calls: toolCall.tool_calls.map((made) => ({ index: 0, ...made })) }
        : message;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const rest of [{ choices: [{ index: 0, delta, finish_reason }] }, { choices: [], usage }]) {
        response.write(`data: ${JSON.stringify({ ...common, object: 'chat.completion.chunk', ...rest })}\n\n`);
      }
      response.end('data: [DONE]\n\n');
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    url: `http://127.0.0.1:${port}/v1`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const verdict = '{"feedback":"SECRET feedback","mark":8}';
const toolCall = {
  role: 'assistant',
  content: null,
  tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'add', arguments: '{"a":2,"b":3}' } }],
};
