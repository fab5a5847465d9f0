import {
  toBase64,
  type AudioPart,
  type ChatRequest,
  type ContentPart,
  type FilePart,
  type ImagePart,
  type JsonSchema,
  type Message,
  type ToolChoice,
  type WarningEvent,
} from '@tako/core';
import { unsupported } from '@tako/core/provider';

/** What we send. Source: https://docs.acme-corp.example/api/answers (read on …). */
export interface AcmeCorpRequest {
  readonly model: string;
  readonly stream: boolean;
  readonly messages: readonly AcmeCorpMessage[];
  readonly tools?: readonly AcmeCorpTool[] | undefined;
  readonly tool_choice?: 'auto' | 'never' | 'must' | { readonly tool: string } | undefined;
  readonly parallel_calls?: boolean | undefined;
  readonly form?: { readonly kind: 'json' } | { readonly kind: 'schema'; readonly schema: JsonSchema } | undefined;
  readonly effort?: string | undefined;
  readonly max_tokens?: number | undefined;
  readonly temperature?: number | undefined;
  readonly top_p?: number | undefined;
  readonly stop?: readonly string[] | undefined;
  readonly seed?: number | undefined;
}

interface AcmeCorpMessage {
  readonly role: Message['role'];
  readonly parts: readonly AcmeCorpPart[];
}

interface AcmeCorpTool {
  readonly name: string;
  readonly description?: string | undefined;
  readonly schema: JsonSchema;
}

/** A part of a message, as the vendor's page on messages lists them. */
type AcmeCorpPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'thought'; readonly text: string; readonly seal?: string | undefined }
  | { readonly kind: 'media'; readonly mime: string; readonly base64: string; readonly name?: string | undefined }
  | { readonly kind: 'image_link'; readonly url: string }
  | { readonly kind: 'call'; readonly id: string; readonly name: string; readonly arguments: string }
  | {
      readonly kind: 'result';
      readonly id: string;
      readonly failed?: boolean | undefined;
      readonly parts: readonly AcmeCorpPart[];
    };

/** What a body says besides the request. */
export interface ToAcmeCorpOptions {
  readonly model: string;
  /** The provider's id, for errors. */
  readonly source: string;
  readonly stream: boolean;
}

/** What the vendor reads. Source: https://docs.acme-corp.example/api/media (read on …). */
const mediaTypes: readonly string[] = ['image/png', 'image/jpeg', 'image/webp', 'application/pdf', 'audio/wav'];

/**
 * A request in the vendor's shape; `vendorOptions['acme-corp']` is laid over it last. Nothing is dropped in silence.
 *
 * Left out with a warning: `ignored_cache`, `ignored_metadata`, `ignored_strict`.
 *
 * @throws `unsupported` for what the vendor's shape cannot say: media of other types.
 */
export function toAcmeCorp(
  request: ChatRequest,
  { model, source, stream }: ToAcmeCorpOptions,
): { readonly asked: AcmeCorpRequest; readonly warnings: readonly WarningEvent[] } {
  const { messages, tools, toolChoice, responseFormat, vendorOptions } = request;
  const asked: AcmeCorpRequest = {
    model,
    stream,
    messages: messages.map(({ role, content }) => ({ role, parts: content.map((part) => toPart(part, source)) })),
    tools: tools?.map(({ name, description, inputSchema }) => ({ name, description, schema: inputSchema })),
    tool_choice: toolChoice === undefined ? undefined : toChoice(toolChoice),
    parallel_calls: request.parallelToolCalls,
    form: toForm(responseFormat),
    effort: request.reasoning?.effort,
    max_tokens: request.maxOutputTokens,
    temperature: request.temperature,
    top_p: request.topP,
    stop: request.stop,
    seed: request.seed,
    ...vendorOptions?.['acme-corp'],
  };
  return { asked, warnings: warningsAbout(request) };
}

type Media = ImagePart | FilePart | AudioPart;

function toPart(part: ContentPart, source: string): AcmeCorpPart {
  switch (part.type) {
    case 'text':
      return { kind: 'text', text: part.text };
    case 'reasoning': {
      const { vendorData } = part; // another vendor's state is none of this one's business
      const seal =
        vendorData?.vendor === 'acme-corp' && typeof vendorData.data === 'string' ? vendorData.data : undefined;
      return { kind: 'thought', text: part.text, seal };
    }
    case 'image':
    case 'audio':
      return toMedia(part, source);
    case 'file':
      return { ...toMedia(part, source), name: part.name };
    case 'image_url':
      return { kind: 'image_link', url: part.url };
    case 'tool_call':
      return { kind: 'call', id: part.id, name: part.name, arguments: part.arguments };
    case 'tool_result': {
      const { toolCallId: id, isError: failed, content } = part;
      return { kind: 'result', id, failed, parts: content.map((inner) => toPart(inner, source)) };
    }
  }
}

function toMedia({ mimeType: mime, data }: Media, source: string): Extract<AcmeCorpPart, { kind: 'media' }> {
  if (!mediaTypes.includes(mime)) throw unsupported(source, `parts of the type ${mime}`);
  return { kind: 'media', mime, base64: toBase64(data) };
}

function toChoice(choice: ToolChoice): AcmeCorpRequest['tool_choice'] {
  if (typeof choice === 'object') return { tool: choice.name };
  return choice === 'none' ? 'never' : choice === 'required' ? 'must' : 'auto';
}

function toForm(format: ChatRequest['responseFormat']): AcmeCorpRequest['form'] {
  switch (format?.type) {
    case 'json':
      return { kind: 'json' };
    case 'json_schema':
      return { kind: 'schema', schema: format.schema };
    default:
      return undefined;
  }
}

/** What the vendor has no word for, and the answer is good without. */
function warningsAbout({ cache, metadata, tools = [] }: ChatRequest): WarningEvent[] {
  const warning = (code: string, message: string): WarningEvent => ({ type: 'warning', code, message });
  return [
    ...(cache === undefined ? [] : [warning('ignored_cache', 'AcmeCorp caches by itself, and takes no hint')]),
    ...(metadata === undefined ? [] : [warning('ignored_metadata', 'AcmeCorp stores no labels with a request')]),
    ...(tools.some(({ strict }) => strict === true)
      ? [warning('ignored_strict', 'AcmeCorp does not hold a model to the schema of a tool')]
      : []),
  ];
}
