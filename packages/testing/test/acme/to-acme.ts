import { toBase64, type ChatRequest, type ContentPart } from '@tako/core';

import type { AcmeBody, AcmePart } from './acme-frame.js';

/** A request as Acme reads it. */
export function toAcme(request: ChatRequest, model: string, stream: boolean): AcmeBody {
  const { messages, tools, responseFormat: form, vendorOptions } = request;
  const { toolChoice, parallelToolCalls, maxOutputTokens, temperature, topP, stop, seed } = request;
  return {
    model,
    stream,
    messages: messages.map(({ role, content }) => ({ role, parts: content.map(toPart) })),
    ...(tools === undefined
      ? {}
      : { tools: tools.map(({ name, description, inputSchema }) => ({ name, description, schema: inputSchema })) }),
    settings: {
      toolChoice,
      parallelToolCalls,
      maxOutputTokens,
      temperature,
      topP,
      stop,
      seed,
      form: form?.type === 'json_schema' ? { schema: form.schema } : form?.type === 'json' ? 'json' : undefined,
    },
    ...vendorOptions?.['acme'],
  };
}

function toPart(part: ContentPart): AcmePart {
  switch (part.type) {
    case 'text':
      return { kind: 'text', text: part.text };
    case 'reasoning': {
      const { vendorData } = part;
      const seal = vendorData?.vendor === 'acme' && typeof vendorData.data === 'string' ? vendorData.data : undefined;
      return { kind: 'thought', text: part.text, seal };
    }
    case 'image':
      return { kind: 'image', mime: part.mimeType, data: toBase64(part.data) };
    case 'image_url':
      return { kind: 'link', url: part.url };
    case 'file':
      return { kind: 'file', mime: part.mimeType, data: toBase64(part.data) };
    case 'audio':
      return { kind: 'sound', mime: part.mimeType, data: toBase64(part.data) };
    case 'tool_call':
      return { kind: 'call', id: part.id, name: part.name, text: part.arguments };
    case 'tool_result':
      return {
        kind: 'result',
        id: part.toolCallId,
        name: part.name,
        failed: part.isError,
        parts: part.content.map(toPart),
      };
  }
}
