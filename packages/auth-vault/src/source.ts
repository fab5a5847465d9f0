/** Who speaks in our errors. */
export const source = 'VaultAuth';
