import type { ChatRequest, ContentPart, JsonObject, Message, ToolResultPart } from '@tako/core';
import { invalidOptions } from '@tako/core/provider';

import { toAcme } from '../acme/acme.js';
import { misuses, retells, writes, type Mutant } from './mutant.js';

/** Providers that do not ask what they were told to ask. */
export const askingMutants: readonly Mutant[] = [
  misuses((options) => ({ ...options, write: (request, model) => toAcme(request, model, false) }), {
    fault: 'asks for no stream',
    caughtBy: ['requests: it is asked for a stream'],
    says: /stream: expected true/,
  }),
  misuses((options) => ({ ...options, apiKey: options.apiKey.toUpperCase() }), {
    fault: 'changes the key',
    caughtBy: ['requests: the key arrives'],
    says: /the key/,
  }),
  misuses(
    (options) => ({
      ...options,
      write: (request, model, stream) => toAcme(request, model.split(':').at(-1) ?? model, stream),
    }),
    { fault: 'cuts the model', caughtBy: ['requests: the model arrives'], says: /the model/ },
  ),
  writes((request) => ({ ...request, tools: request.tools?.map(({ name, inputSchema }) => ({ name, inputSchema })) }), {
    fault: 'drops descriptions of tools',
    caughtBy: ['requests: tools arrive'],
    says: /name and description/,
  }),
  drops('maxOutputTokens', 'requests: a limit of output'),
  drops('temperature', 'requests: a temperature'),
  drops('topP', 'requests: topP'),
  drops('stop', 'requests: stop texts'),
  drops('seed', 'requests: a seed'),
  drops('toolChoice', 'requests: a call that must', 'requests: the tool to call'),
  drops('parallelToolCalls', 'requests: one call at a time'),
  drops('responseFormat', 'requests: JSON as the form', 'requests: a schema of the answer'),
  drops('vendorOptions', 'requests: vendorOptions'),
  // The fault of `temperature || undefined`.
  writes((request) => ({ ...request, temperature: request.temperature === 0 ? undefined : request.temperature }), {
    fault: 'takes a temperature of 0 for none',
    caughtBy: ['requests: a temperature of 0'],
    says: /temperature/,
  }),
  writes((request) => ({ temperature: 0.7, ...request }), {
    fault: 'has settings of its own',
    caughtBy: ['requests: what is not asked for'],
    says: /fields that nobody set/,
  }),
  misuses(
    (options) => ({
      ...options,
      write: (request, model, stream) => ({ ...toAcme(request, model, stream), ...allOptions(request) }),
    }),
    {
      fault: "merges every vendor's options in",
      caughtBy: ['requests: vendorOptions'],
      says: /another vendor's field/,
    },
  ),
  misuses(
    (options) => ({
      ...options,
      write(request, model, stream) {
        Object.assign(request, { temperature: 1 });
        return toAcme(request, model, stream);
      },
    }),
    { fault: 'writes to the request', caughtBy: ['requests: a frozen request'], says: /read only|not extensible/ },
  ),
  altersParts((part) => (part.type === 'text' ? { ...part, text: part.text.replaceAll(/\s+/g, ' ') } : part), {
    fault: 'tidies text up',
    caughtBy: ['requests: text arrives as it is'],
    says: /the text of the user/,
  }),
  retells((messages) => messages.filter((message) => message.role !== 'system' || message === messages[0]), {
    fault: 'keeps the first system text only',
    caughtBy: ['requests: all system texts'],
    says: /all three system texts/,
  }),
  retells((messages) => messages.filter(({ role }) => role !== 'assistant'), {
    fault: 'forgets what the model said',
    caughtBy: ['requests: turns arrive'],
    says: /the turns/,
  }),
  retells(
    (messages) =>
      messages.map((message) =>
        message.role === 'user' ? { ...message, content: message.content.slice(0, 1) } : message,
      ),
    { fault: 'asks with the first part only', caughtBy: ['requests: several parts'], says: /the text of the user/ },
  ),

  leavesOut('image', /^parts: an image (in base64 )?arrives/),
  leavesOut('image_url', /^parts: an image by URL arrives/),
  leavesOut('file', /^parts: a file arrives/),
  leavesOut('audio', /^parts: sound arrives/),
  altersResults((result) => ({ ...result, content: result.content.filter(({ type }) => type === 'text') }), {
    fault: 'leaves images out of results',
    caughtBy: ['parts: an image in a tool result arrives'],
    says: /has the part in it/,
  }),
  misuses((options) => ({ ...options, capabilities: undefined }), {
    fault: 'forgets what the model cannot do',
    caughtBy: [/^parts: .*certainly cannot/],
    says: /there was none/,
  }),

  retells(
    (messages) =>
      messages.map((message) =>
        message.role === 'tool' ? { ...message, content: message.content.slice(0, 1) } : message,
      ),
    { fault: 'drops the second result', caughtBy: ['history: two parallel tools'], says: /the results/ },
  ),
  retells((messages) => messages.filter(({ role }, at) => role !== 'tool' || messages[at - 1]?.role !== 'tool'), {
    fault: 'drops the second message of results',
    caughtBy: ['history: results in two tool messages'],
    says: /the results/,
  }),
  retells(
    (messages) => {
      const ids = messages.flatMap(({ content }) =>
        content.flatMap((part) => (part.type === 'tool_call' ? [part.id] : [])),
      );
      return mapResults(messages, (result) => ({ ...result, toolCallId: ids.shift() ?? '' }));
    },
    { fault: 'goes by order instead of ids', caughtBy: ['history: results in another order'], says: /results by id/ },
  ),
  retells(
    (messages) =>
      messages.map((message) =>
        message.role === 'assistant' && message.content.some(({ type }) => type === 'tool_call')
          ? { ...message, content: message.content.filter(({ type }) => type !== 'text') }
          : message,
      ),
    { fault: 'drops text beside calls', caughtBy: ['history: text beside tool calls'], says: /text of the assistant/ },
  ),
  altersResults((result) => ({ ...result, isError: false }), {
    fault: 'does not say that a tool failed',
    caughtBy: ['history: a result that failed'],
    says: /tell a failure from a result/,
  }),
  retells(
    (messages) =>
      messages.map((message) =>
        message.role === 'tool'
          ? { ...message, content: message.content.filter(({ content }) => content.length > 0) }
          : message,
      ),
    {
      fault: 'drops results without content',
      caughtBy: ['history: a result without content'],
      says: /how many results/,
    },
  ),
  altersResults((result) => ({ ...result, content: result.content.slice(0, 1) }), {
    fault: 'keeps the first text of a result',
    caughtBy: ['history: several texts of one result'],
    says: /both texts/,
  }),
  altersParts((part) => (part.type === 'tool_call' && part.arguments === '' ? { ...part, arguments: 'null' } : part), {
    fault: 'tells no arguments as null',
    caughtBy: ['history: a call without arguments'],
    says: /the arguments/,
  }),
  altersParts(
    (part) => {
      if (part.type === 'tool_call' && part.arguments === '{"city": ') throw invalidOptions('acme', 'bad arguments');
      return part;
    },
    {
      fault: 'refuses what the model wrote',
      caughtBy: ['history: a call whose arguments are no'],
      says: /bad arguments/,
    },
  ),
  altersParts((part) => ({ ...part, vendorData: undefined }), {
    fault: 'keeps no state',
    caughtBy: ["history: the vendor's own state"],
    says: /signature comes back/,
  }),
  misuses(
    (options) => ({
      ...options,
      write: (request, model, stream) => Object.assign(toAcme(request, model, stream), { raw: request.messages }),
    }),
    { fault: "sends everybody's state", caughtBy: ["history: another vendor's state"], says: /another vendor's/ },
  ),
];

type Description = Omit<Mutant, 'make'>;

function drops(field: keyof ChatRequest, ...caughtBy: readonly string[]): Mutant {
  const says = new RegExp(`${field}|json|own field`, 'i'); // the suite has two names for responseFormat
  return writes((request) => ({ ...request, [field]: undefined }), { fault: `drops ${field}`, caughtBy, says });
}

function leavesOut(type: ContentPart['type'], caughtBy: RegExp): Mutant {
  return retells(
    (messages) =>
      messages.map((message) =>
        message.role === 'user'
          ? { ...message, content: message.content.filter((part) => part.type !== type) }
          : message,
      ),
    { fault: `leaves ${type} out`, caughtBy: [caughtBy], says: /the image|the URL|has the part in it/ },
  );
}

function altersParts(change: (part: ContentPart) => object, description: Description): Mutant {
  // What a mutant makes of a message need not be one; the adapter writes it down all the same.
  return retells(
    (messages) => messages.map((message) => ({ ...message, content: message.content.map(change) }) as Message),
    description,
  );
}

function altersResults(change: (result: ToolResultPart) => ToolResultPart, description: Description): Mutant {
  return retells((messages) => mapResults(messages, change), description);
}

function mapResults(
  messages: readonly Message[],
  change: (result: ToolResultPart) => ToolResultPart,
): readonly Message[] {
  return messages.map((message) =>
    message.role === 'tool' ? { ...message, content: message.content.map(change) } : message,
  );
}

function allOptions({ vendorOptions = {} }: ChatRequest): JsonObject {
  return Object.assign({}, ...Object.values(vendorOptions)) as JsonObject; // a merge of such objects
}
