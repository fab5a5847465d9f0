import { textOf, type Message } from '@tako/core';
import { unsupported, type ChatRequest } from '@tako/core/provider';

/** What we send. Source: https://docs.acme-corp.example/api/chat (read on …). */
export interface AcmeCorpRequest {
  readonly model: string;
  readonly messages: readonly AcmeCorpMessage[];
  readonly max_tokens?: number | undefined;
  readonly temperature?: number | undefined;
  readonly top_p?: number | undefined;
  readonly stop?: readonly string[] | undefined;
  readonly seed?: number | undefined;
}

interface AcmeCorpMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly text: string;
}

/**
 * A request in the vendor's shape; `vendorOptions['acme-corp']` is laid over it last.
 *
 * @throws `unsupported` for what the vendor's shape cannot say: nothing is dropped in silence.
 */
export function toAcmeCorp(request: ChatRequest, model: string, source: string): AcmeCorpRequest {
  if (request.responseFormat?.type === 'json') throw unsupported(source, 'responseFormat json');
  if (request.metadata !== undefined) throw unsupported(source, 'metadata');
  return {
    model,
    messages: request.messages.map((message) => toMessage(message, source)),
    max_tokens: request.maxOutputTokens,
    temperature: request.temperature,
    top_p: request.topP,
    stop: request.stop,
    seed: request.seed,
    ...request.vendorOptions?.['acme-corp'],
  };
}

function toMessage(message: Message, source: string): AcmeCorpMessage {
  if (message.role === 'tool' || message.content.some(({ type }) => type === 'tool_call'))
    throw unsupported(source, 'tool calls in messages');
  return { role: message.role, text: textOf(message) };
}
