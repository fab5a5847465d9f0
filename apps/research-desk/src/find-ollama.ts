/** Where Ollama listens when nothing else is said. Source: https://docs.ollama.com/faq (read 2026-11-23). */
const defaultHost = 'http://127.0.0.1:11434';
/** It is on this machine: it answers at once, or not at all. */
const timeoutMs = 500;

/** Looks for a local Ollama. @returns its address and models, or `undefined` where nobody answers */
export async function findOllama(
  host: string | undefined,
  signal: AbortSignal,
): Promise<{ readonly url: string; readonly models: readonly string[] } | undefined> {
  try {
    const url = urlOf(host?.trim() ?? '');
    const response = await fetch(`${url}/api/tags`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    const answer: unknown = response.ok ? await response.json() : undefined;
    return answer === undefined ? undefined : { url, models: modelNames(answer) };
  } catch {
    signal.throwIfAborted();
    return undefined; // nobody is there, or somebody else
  }
}

function urlOf(host: string): string {
  if (host === '') return defaultHost;
  const url = new URL(/^https?:\/\//.test(host) ? host : `http://${host}`);
  // 0.0.0.0 is where a server listens, not where a client goes.
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  if (url.port === '' && url.protocol === 'http:' && !/:\d+\/?$/.test(host)) url.port = '11434';
  return url.origin;
}

/** The names in an answer of `/api/tags`. Source: https://docs.ollama.com/api/tags (read 2026-11-23). */
function modelNames(answer: unknown): string[] {
  const models = field(answer, 'models');
  return Array.isArray(models)
    ? models.map((model) => field(model, 'name')).filter((name) => typeof name === 'string')
    : [];
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}
