import {
  ClientCredentialsProvider,
  CrossAppAccessProvider,
  PrivateKeyJwtProvider,
  requestJwtAuthorizationGrant,
  type OAuthClientInformationMixed,
  type OAuthClientMetadata,
  type OAuthClientProvider,
  type OAuthTokens,
} from '@modelcontextprotocol/client';

/** The address that a browser is sent back to. Nobody listens there: the test server's answer is read instead. */
const redirectUrl = 'http://localhost:3000/callback';

/** The document that stands for registration with servers that take one. The scenarios' server knows it. */
const metadataUrl = 'https://conformance-test.local/client-metadata.json';

/** Credentials of a program without a user, for the scenarios that have some. */
export function credentialsOf(scenario: string, context: unknown): OAuthClientProvider | undefined {
  const text = (name: string): string => textOf(context, name) ?? '';
  switch (scenario) {
    case 'auth/client-credentials-basic':
      return new ClientCredentialsProvider({
        clientId: text('client_id'),
        clientSecret: text('client_secret'),
      });
    case 'auth/client-credentials-jwt':
      return new PrivateKeyJwtProvider({
        clientId: text('client_id'),
        privateKey: text('private_key_pem'),
        algorithm: textOf(context, 'signing_algorithm') ?? 'ES256',
      });
    case 'auth/cross-app-access-complete-flow':
      return new CrossAppAccessProvider({
        clientId: text('client_id'),
        clientSecret: text('client_secret'),
        assertion: async ({ authorizationServerUrl, resourceUrl, scope, fetchFn }) => {
          const { jwtAuthGrant } = await requestJwtAuthorizationGrant({
            tokenEndpoint: text('idp_token_endpoint'),
            audience: authorizationServerUrl,
            resource: resourceUrl,
            idToken: text('idp_id_token'),
            clientId: text('idp_client_id'),
            ...(scope !== undefined && { scope }),
            ...(fetchFn !== undefined && { fetchFn }),
          });
          return jwtAuthGrant;
        },
      });
    default:
      return undefined;
  }
}

/** Somebody at a browser who says yes to everything. */
export class HeadlessUser implements OAuthClientProvider {
  readonly clientMetadataUrl: string = metadataUrl;
  readonly redirectUrl: string = redirectUrl;
  #client: OAuthClientInformationMixed | undefined;
  #tokens: OAuthTokens | undefined;
  #verifier = '';
  #page: URL | undefined;

  constructor(scenario: string, context: unknown) {
    const id = textOf(context, 'client_id');
    const secret = textOf(context, 'client_secret');
    if (scenario === 'auth/pre-registration' && id !== undefined) {
      this.#client = { client_id: id, ...(secret !== undefined && { client_secret: secret }) };
    }
  }

  get clientMetadata(): OAuthClientMetadata {
    return {
      client_name: 'tako',
      redirect_uris: [redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    };
  }

  clientInformation(): OAuthClientInformationMixed | undefined {
    return this.#client;
  }

  saveClientInformation(client: OAuthClientInformationMixed): void {
    this.#client = client;
  }

  tokens(): OAuthTokens | undefined {
    return this.#tokens;
  }

  saveTokens(tokens: OAuthTokens): void {
    this.#tokens = tokens;
  }

  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }

  codeVerifier(): string {
    return this.#verifier;
  }

  redirectToAuthorization(page: URL): void {
    this.#page = page;
  }

  /** Opens the page that the user was sent to. @returns what the browser came back with, where there was a page */
  async visit(): Promise<URLSearchParams | undefined> {
    const page = this.#page;
    this.#page = undefined;
    if (page === undefined) return undefined;
    const answer = await fetch(page, { redirect: 'manual' });
    return new URL(answer.headers.get('location') ?? '', page).searchParams;
  }
}

function textOf(context: unknown, name: string): string | undefined {
  if (typeof context !== 'object' || context === null || !Object.hasOwn(context, name)) return undefined;
  const value = (context as Record<string, unknown>)[name]; // hasOwn says that it is there
  return typeof value === 'string' ? value : undefined;
}
