/** Where Ollama listens when nothing else is said. Source: https://docs.ollama.com/faq (read 2026-11-23). */
const defaultHost = 'http://127.0.0.1:11434';

/** A local Ollama that answers. */
export interface Ollama {
  /** Its address without a path: `http://127.0.0.1:11434`. */
  readonly url: string;
  /** Its first installed model that can call tools, if it has one. */
  readonly model: string | undefined;
}

/** What finding it needs. */
export interface OllamaSearch {
  /** `OLLAMA_HOST`: a host, a host with port, or a URL. */
  readonly host?: string | undefined;
  readonly signal: AbortSignal;
  /** How long it may take to answer, in milliseconds; it is on this machine. @defaultValue 500 */
  readonly timeoutMs?: number | undefined;
}

/** Looks for a local Ollama, and for a model of it that can call tools. @returns `undefined` when nobody answers */
export async function findOllama({ host, signal, timeoutMs = 500 }: OllamaSearch): Promise<Ollama | undefined> {
  try {
    const url = urlOf(host);
    const ask = (path: string, body?: object): Promise<unknown> => askJson(`${url}${path}`, signal, timeoutMs, body);
    const names = modelNames(await ask('/api/tags'));
    for (const name of names) {
      if (hasTools(await ask('/api/show', { model: name }))) return { url, model: name };
    }
    return { url, model: undefined };
  } catch {
    signal.throwIfAborted();
    return undefined; // nobody is there, or somebody else
  }
}

function urlOf(host: string | undefined): string {
  const given = host?.trim() ?? '';
  if (given === '') return defaultHost;
  const url = /^https?:\/\//.test(given) ? new URL(given) : new URL(`http://${given}`);
  // 0.0.0.0 is where a server listens, not where a client goes.
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  if (url.port === '' && !/:\d+\/?$/.test(given) && url.protocol === 'http:') url.port = '11434';
  return url.origin;
}

async function askJson(url: string, signal: AbortSignal, timeoutMs: number, body?: object): Promise<unknown> {
  const response = await fetch(url, {
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`Ollama answered ${response.status}`);
  return await response.json();
}

/** The names in an answer of `/api/tags`. Source: https://docs.ollama.com/api/tags (read 2026-11-23). */
function modelNames(answer: unknown): string[] {
  const models = field(answer, 'models');
  if (!Array.isArray(models)) throw new Error('not an answer of Ollama');
  return models.map((model) => field(model, 'name')).filter((name) => typeof name === 'string');
}

/** Whether an answer of `/api/show` lists tools. Source: https://docs.ollama.com/api-reference/show-model-details (read 2026-11-23). */
function hasTools(answer: unknown): boolean {
  const capabilities = field(answer, 'capabilities');
  return Array.isArray(capabilities) && capabilities.includes('tools');
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}
