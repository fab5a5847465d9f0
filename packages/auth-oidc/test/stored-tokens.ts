import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';

/** What an identity provider stores, so that another instance of it knows the same tokens. Nothing of it ends by time here. */
export function storedTokens(): AdapterFactory {
  const stored = new Map<string, AdapterPayload>();
  return (kind): Adapter => ({
    upsert: async (id, payload) => void stored.set(`${kind} ${id}`, payload),
    find: async (id) => stored.get(`${kind} ${id}`),
    findByUid: async () => undefined,
    findByUserCode: async () => undefined,
    consume: async () => undefined,
    destroy: async (id) => void stored.delete(`${kind} ${id}`),
    revokeByGrantId: async () => undefined,
  });
}
