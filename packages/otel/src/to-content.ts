import type { ContentPart, Message, SpanContent } from '@tako/core';

/** How content is told. */
export interface ContentRules {
  readonly redact: (text: string, field: SpanContent) => string;
  /** Of one field, as JSON in UTF-8. */
  readonly maxBytes: number;
}

/** Keys and tokens as vendors write them: they are never told, whoever wrote them into a prompt. */
const credentials = /\b(?:(?:sk|pk|rk|ghp|xox[abp])[-_]|Bearer )[\w.~+/-]{6,}=*/g;

/** The shortest that texts are cut to, before whole messages are left out. */
const shortest = 32;

/** The value of a content attribute: JSON that fits, with the redactor's word on each text in it. */
export function toContent(field: SpanContent, value: unknown, { redact, maxBytes }: ContentRules): string {
  const shown = shownValue(field, value, (text) => safely(redact, text.replace(credentials, '<redacted>'), field));
  for (let limit = maxBytes; ; limit = Math.floor(limit / 4)) {
    const text = toJson(cut(shown, Math.max(limit, shortest)));
    if (byteLength(text) <= maxBytes) return text;
    if (limit > shortest) continue;
    return withoutFirst(cut(shown, shortest), maxBytes);
  }
}

/** Messages in the conventions' form, everything else as it is: each text in it goes through `show`. */
function shownValue(field: SpanContent, value: unknown, show: (text: string) => string): unknown {
  const plain: unknown = field === 'input' ? messages(value) : field === 'output' ? [answer(value)] : value;
  // Through JSON first: what is a Secret or has a `toJSON` of its own has its say.
  return mapText(JSON.parse(toJson(plain)) as unknown, show);
}

function messages(value: unknown): unknown {
  return (value as readonly Message[]).map(({ role, content }) => ({ role, parts: content.map(toPart) })); // core hands out messages as `input`
}

function answer(value: unknown): unknown {
  return { role: 'assistant', parts: (value as readonly ContentPart[]).map(toPart) }; // core hands out parts as `output`
}

/**
 * A part in the conventions' form; bytes are left out.
 * Source: https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/gen-ai-input-messages.json (read 2026-11-23).
 */
function toPart(part: ContentPart): unknown {
  switch (part.type) {
    case 'text':
      return { type: 'text', content: part.text };
    case 'reasoning':
      return { type: 'reasoning', content: part.text };
    case 'tool_call':
      return { type: 'tool_call', id: part.id, name: part.name, arguments: part.arguments };
    case 'tool_result':
      return { type: 'tool_call_response', id: part.toolCallId, response: part.content.map(toPart) };
    case 'image_url':
      return { type: 'uri', modality: 'image', uri: part.url };
    case 'image':
    case 'file':
    case 'audio':
      return { type: 'blob', modality: part.type, mime_type: part.mimeType, content: '' };
    default:
      return { type: 'generic', generic_type: (part as { readonly type: string }).type }; // a kind newer than this file
  }
}

function mapText(value: unknown, show: (text: string) => string): unknown {
  if (typeof value === 'string') return show(value);
  if (Array.isArray(value)) return value.map((one) => mapText(one, show));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mapText(one, show)]));
}

function cut(value: unknown, characters: number): unknown {
  return mapText(value, (text) =>
    text.length <= characters ? text : `${text.slice(0, characters)}… [${text.length} characters]`,
  );
}

/** The last entries of a list that fit; of anything else, that it did not. */
function withoutFirst(value: unknown, maxBytes: number): string {
  const kept = Array.isArray(value) ? value : [];
  const sizes = kept.map((one) => byteLength(toJson(one)) + 1);
  let from = kept.length;
  let bytes = 2;
  for (; from > 0; from--) {
    bytes += sizes[from - 1] ?? 0;
    if (bytes > maxBytes) break;
  }
  return from < kept.length ? toJson(kept.slice(from)) : '"[too large]"';
}

function toJson(value: unknown): string {
  try {
    // JSON.stringify gives undefined for undefined and functions, whatever its type says.
    const json: string | undefined = JSON.stringify(value, (_key, one: unknown) =>
      typeof one === 'bigint' ? String(one) : one,
    );
    return json ?? 'null';
  } catch {
    return '"[cannot be shown]"'; // a cycle: a tool may return anything
  }
}

/** What a redactor that throws has not looked at is not told. */
function safely(redact: ContentRules['redact'], text: string, field: SpanContent): string {
  try {
    const shown: unknown = redact(text, field);
    return typeof shown === 'string' ? shown : '<redacted>';
  } catch {
    return '<redacted>';
  }
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
