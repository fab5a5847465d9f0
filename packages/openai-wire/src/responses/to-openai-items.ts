import type {
  AssistantMessage,
  Message,
  ReasoningPart,
  TextPart,
  ToolResultPart,
  UserContent,
  VendorData,
} from '@tako/core';
import { unsupported } from '@tako/core/provider';

import { dataUrl, documentName, imageDataUrl } from '../chat/media.js';
import { toolErrorMark } from '../chat/tool-error-mark.js';
import type { MessageContext } from '../chat/to-openai-messages.js';
import type {
  OpenAIInputPart,
  OpenAIItem,
  OpenAIReasoningItem,
  OpenAISpokenMessage,
} from './openai-responses-request.js';

/**
 * Writes messages as items, in order: each text, each reasoning, each tool call and each result is one. Reasoning is handed
 * back where it is OpenAI's own and encrypted, else it is left out.
 *
 * @throws `unsupported` for sound, and for an image of a type that OpenAI does not take.
 */
export function toOpenAIItems(messages: readonly Message[], context: MessageContext): OpenAIItem[] {
  return messages.flatMap((message): OpenAIItem[] => {
    switch (message.role) {
      case 'system':
      case 'user':
        return [{ role: message.role, content: toContent(message.content, context) }];
      case 'assistant':
        return toSpokenItems(message, context);
      case 'tool':
        return message.content.map((result) => ({
          type: 'function_call_output',
          call_id: result.toolCallId,
          output: toOutput(result, context),
        }));
    }
  });
}

function toSpokenItems({ content }: AssistantMessage, context: MessageContext): OpenAIItem[] {
  return content.flatMap((part): OpenAIItem[] => {
    switch (part.type) {
      case 'text':
        return [toSpoken(part, context)];
      case 'reasoning':
        return toReasoning(part, context);
      case 'tool_call': {
        const { id, name, arguments: json } = part;
        return [{ type: 'function_call', call_id: id, name, arguments: json.trim() === '' ? '{}' : json }];
      }
      default:
        context.onMoved();
        return [{ role: 'user', content: [{ type: 'input_text', text: note }, toPart(part, context)] }];
    }
  });
}

const note = 'Content of the assistant message above:';

function toSpoken({ text, vendorData }: TextPart, { vendor }: MessageContext): OpenAISpokenMessage {
  const phase = own(vendorData, vendor)?.['phase'];
  return { role: 'assistant', content: text, ...(phase === 'commentary' || phase === 'final_answer' ? { phase } : {}) };
}

function toReasoning({ text, vendorData }: ReasoningPart, { vendor }: MessageContext): OpenAIReasoningItem[] {
  const { id, encrypted_content: encrypted } = own(vendorData, vendor) ?? {};
  if (typeof id !== 'string' || typeof encrypted !== 'string') return [];
  const summary = text === '' ? [] : [{ type: 'summary_text' as const, text }];
  return [{ type: 'reasoning', id, summary, encrypted_content: encrypted }];
}

function toOutput({ content, isError }: ToolResultPart, context: MessageContext): string | OpenAIInputPart[] {
  const mark = isError === true ? toolErrorMark : '';
  if (content.some((part) => part.type !== 'text')) {
    const parts = content.map((part) => toPart(part, context));
    return mark === '' ? parts : [{ type: 'input_text', text: mark }, ...parts];
  }
  return mark + content.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
}

function toContent(parts: readonly UserContent[], context: MessageContext): string | OpenAIInputPart[] {
  const texts = parts.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  return texts.length === parts.length ? texts.join('') : parts.map((part) => toPart(part, context));
}

function toPart(part: UserContent, { vendor, source }: MessageContext): OpenAIInputPart {
  switch (part.type) {
    case 'text':
      return { type: 'input_text', text: part.text };
    case 'image':
      return toImage(imageDataUrl(part, source), part.vendorData, vendor);
    case 'image_url':
      return toImage(part.url, part.vendorData, vendor);
    case 'file': {
      const { mimeType, data, name = documentName(mimeType) } = part;
      return { type: 'input_file', file_data: dataUrl(mimeType, data), filename: name };
    }
    case 'audio':
      throw unsupported(source, 'sound over the Responses API');
  }
}

function toImage(url: string, vendorData: VendorData | undefined, vendor: string): OpenAIInputPart {
  const detail = own(vendorData, vendor)?.['detail'];
  const known = detail === 'low' || detail === 'high' || detail === 'original' ? detail : 'auto';
  return { type: 'input_image', image_url: url, detail: known };
}

/** The data of the vendor's own, where they are fields. */
function own(vendorData: VendorData | undefined, vendor: string): { readonly [field: string]: unknown } | undefined {
  const data = vendorData?.vendor === vendor ? vendorData.data : undefined;
  return typeof data === 'object' && data !== null ? Object.fromEntries(Object.entries(data)) : undefined;
}
