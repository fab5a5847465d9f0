/** Where a cloud of Microsoft's signs in, and what its tokens for vaults are for. */
export interface AzureCloud {
  /** For example `https://login.microsoftonline.com`. */
  readonly authorityHost: string;
  /** For example `https://vault.azure.net`. */
  readonly resource: string;
}

/**
 * The clouds by the domain of their vaults.
 *
 * Sources: https://learn.microsoft.com/en-us/azure/key-vault/general/about-keys-secrets-certificates#dns-suffixes-for-object-identifiers,
 * https://learn.microsoft.com/en-us/entra/identity-platform/authentication-national-cloud (read 2026-11-23).
 */
const clouds: Readonly<Record<string, string>> = {
  'vault.azure.net': 'https://login.microsoftonline.com',
  'vault.azure.cn': 'https://login.partner.microsoftonline.cn',
  'vault.usgovcloudapi.net': 'https://login.microsoftonline.us',
};

/**
 * Hosts that a vault may name as its authority.
 *
 * Source: the authorities that `@azure/msal-common` 16.17.0 knows without asking, `authority/AuthorityMetadata` (read 2026-11-23).
 */
const authorityHosts: ReadonlySet<string> = new Set([
  'login.microsoftonline.com',
  'login.windows.net',
  'login.microsoft.com',
  'sts.windows.net',
  'login.partner.microsoftonline.cn',
  'login.chinacloudapi.cn',
  'login.microsoftonline.us',
  'login.usgovcloudapi.net',
]);

/** The cloud of a vault's host; `undefined` where it is in none of Microsoft's domains. */
export function cloudOf(host: string): AzureCloud | undefined {
  const domain = host.slice(host.indexOf('.') + 1);
  const authorityHost = Object.hasOwn(clouds, domain) ? clouds[domain] : undefined;
  return authorityHost === undefined ? undefined : { authorityHost, resource: `https://${domain}` };
}

/**
 * The tenant that a vault names in the challenge of a 401, where the challenge can be believed: its authority is the one we use or
 * one of Microsoft's, and what it wants a token for is what we would ask one for.
 *
 * Source: https://learn.microsoft.com/en-us/azure/key-vault/general/authentication-requests-and-responses#authentication (read 2026-11-23).
 */
export function tenantOf(challenge: string, cloud: AzureCloud): string | undefined {
  const field = (name: string): string | undefined =>
    new RegExp(`(?:^|[ ,])${name}="([^"]*)"`, 'i').exec(challenge)?.[1];
  const authority = URL.parse(field('authorization') ?? field('authorization_uri') ?? '');
  const resource = field('resource') ?? field('scope')?.replace(/\/\.default$/, '');
  if (authority === null || resource !== cloud.resource) return undefined;
  const ours = new URL(cloud.authorityHost).origin;
  const isKnown = authority.protocol === 'https:' && authority.port === '' && authorityHosts.has(authority.hostname);
  const [, tenant] = /^\/([0-9a-zA-Z][0-9a-zA-Z.-]{0,252})\/?$/.exec(authority.pathname) ?? [];
  return authority.origin === ours || isKnown ? tenant : undefined;
}
