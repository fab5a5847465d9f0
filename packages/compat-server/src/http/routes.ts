/** Where a request goes. */
export type Route =
  | { readonly name: 'health' | 'ready' | 'metrics' | 'chat' | 'create_response' | 'models' }
  | { readonly name: 'model' | 'response' | 'delete_response'; readonly id: string }
  /** The path is none of ours, or cannot be read. */
  | { readonly name: 'unknown' | 'unreadable' }
  /** The path is ours, the method is not. */
  | { readonly name: 'wrong_method'; readonly allow: string };

interface Place {
  readonly method: 'GET' | 'POST';
  readonly name: 'health' | 'ready' | 'metrics' | 'chat' | 'create_response' | 'models';
}

const places: ReadonlyMap<string, Place> = new Map<string, Place>([
  ['/v1/chat/completions', { method: 'POST', name: 'chat' }],
  ['/v1/responses', { method: 'POST', name: 'create_response' }],
  ['/v1/models', { method: 'GET', name: 'models' }],
  ['/healthz', { method: 'GET', name: 'health' }],
  ['/metrics', { method: 'GET', name: 'metrics' }],
  ['/readyz', { method: 'GET', name: 'ready' }],
]);

const modelPrefix = '/v1/models/';
const responsePrefix = '/v1/responses/';

/** Finds the route of a path. Paths are compared as they came: what is spelt another way is another path, and unknown. */
export function routeOf(method: string, path: string): Route {
  const place = places.get(path);
  if (place !== undefined) {
    return method === place.method ? { name: place.name } : { name: 'wrong_method', allow: place.method };
  }
  const isModel = path.startsWith(modelPrefix);
  if (!isModel && !path.startsWith(responsePrefix)) return { name: 'unknown' };
  const id = decoded(path.slice(isModel ? modelPrefix.length : responsePrefix.length));
  if (id === undefined) return { name: 'unreadable' };
  if (id === '' || (!isModel && id.includes('/'))) return { name: 'unknown' };
  if (isModel) return method === 'GET' ? { name: 'model', id } : { name: 'wrong_method', allow: 'GET' };
  if (method === 'DELETE') return { name: 'delete_response', id };
  return method === 'GET' ? { name: 'response', id } : { name: 'wrong_method', allow: 'GET, DELETE' };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
