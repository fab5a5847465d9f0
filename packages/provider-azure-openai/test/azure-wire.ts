import { openAIDialect, type VendorWire } from '@tako/testing';

/**
 * The wire of Azure OpenAI: OpenAI's chat completions below the deployment's path, with a key of its own and the frames of
 * its filters: before the answer, between its pieces and after them.
 *
 * Sources: https://learn.microsoft.com/azure/ai-foundry/openai/reference,
 * https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-streaming (read 2026-11-23).
 */
export function azureWire(): VendorWire {
  const dialect = openAIDialect({ vendor: 'azure-openai', keyOf: (headers) => headers['api-key'] });
  return {
    ...dialect,
    requestIdHeader: 'apim-request-id',
    stream: (answer) => {
      const frames = dialect.stream(answer);
      return [promptFrame, ...frames.slice(0, -1), filterFrame, ...frames.slice(-1)];
    },
    json: (answer) => JSON.stringify({ ...JSON.parse(dialect.json?.(answer) ?? '{}'), prompt_filter_results: [safe] }),
    unknownFrame: () => filterFrame,
    readRequest(request) {
      const { pathname, searchParams } = new URL(request.url, 'http://localhost');
      const [, deployment] = /^\/openai\/deployments\/([^/]+)\/chat\/completions$/.exec(pathname) ?? [];
      const isV1 = pathname === '/openai/v1/chat/completions' && !searchParams.has('api-version');
      if (!isV1 && (deployment === undefined || !searchParams.has('api-version'))) {
        throw new Error(`Azure expects a deployment and an api-version, got ${request.url}`);
      }
      if ('authorization' in request.headers) throw new Error('Azure expects one credential');
      const view = dialect.readRequest(request);
      return deployment === undefined ? view : { ...view, model: decodeURIComponent(deployment) };
    },
  };
}

const safe = {
  prompt_index: 0,
  content_filter_results: {
    hate: { filtered: false, severity: 'safe' },
    jailbreak: { filtered: false, detected: false },
  },
};

/** The first frame, without choices. */
const promptFrame = sse({ id: '', object: '', created: 0, model: '', prompt_filter_results: [safe], choices: [] });

/** A frame of the asynchronous filter: a choice without a delta. */
const filterFrame = sse({
  id: '',
  object: '',
  created: 0,
  model: '',
  choices: [
    {
      index: 0,
      finish_reason: null,
      content_filter_results: safe.content_filter_results,
      content_filter_offsets: { check_offset: 44, start_offset: 44, end_offset: 198 },
    },
  ],
  usage: null,
});

function sse(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}
