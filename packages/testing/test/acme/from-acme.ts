import type { ChatEvent, FinishReason } from '@tako/core';
import { providerError, ToolCallAssembler } from '@tako/core/provider';

import type { AcmeFrame } from './acme-frame.js';

/** Maps Acme's frames to chat events. */
export async function* fromAcme(frames: AsyncIterable<AcmeFrame> | Iterable<AcmeFrame>): AsyncGenerator<ChatEvent> {
  let parts = 0;
  let open: 'text' | 'thought' | undefined;
  let index = 0;
  const calls = new ToolCallAssembler(() => parts++);

  const partFor = (kind: 'text' | 'thought'): number => {
    if (open !== kind) index = parts++;
    open = kind;
    return index;
  };

  for await (const frame of frames) {
    switch (frame.kind) {
      case 'hello':
        if (frame.used !== undefined) yield { type: 'usage', usage: frame.used };
        break;
      case 'text':
        yield { type: 'text_delta', index: partFor('text'), text: frame.text };
        break;
      case 'thought': {
        const vendorData = frame.seal === undefined ? undefined : { vendor: 'acme', data: frame.seal };
        yield { type: 'reasoning_delta', index: partFor('thought'), text: frame.text, vendorData };
        break;
      }
      case 'call':
        open = undefined;
        yield* calls.add({ key: frame.key, id: frame.id, name: frame.name });
        break;
      case 'arguments':
        yield* calls.add({ key: frame.key, arguments: frame.text });
        break;
      case 'failed':
        throw providerError('provider', 'acme: the answer failed in mid-stream');
      case 'done':
        yield* calls.end();
        yield { type: 'finish', finishReason: fromAcmeWord(frame.why), rawFinishReason: frame.why, usage: frame.used };
        return;
      default:
        frame satisfies never; // a kind newer than this file
    }
  }
}

function fromAcmeWord(why: string): FinishReason {
  switch (why) {
    case 'complete':
      return 'stop';
    case 'limit':
      return 'length';
    case 'tools':
      return 'tool_calls';
    case 'withheld':
      return 'content_filter';
    default:
      return 'other';
  }
}
