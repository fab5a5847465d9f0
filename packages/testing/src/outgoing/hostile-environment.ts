/** Where most of them lead. Names that end in `.invalid` exist nowhere (RFC 6761); an odd port `fetch` might refuse by itself. */
const elsewhere = 'http://elsewhere.invalid';

/**
 * Variables of the environment that lead SDKs and platforms to other addresses than the configured one: proxies, vendors' addresses,
 * metadata services of clouds, collectors. Each leads to where nothing is, `elsewhere.invalid` or a metadata service's address.
 *
 * Sources: the documentation and the code of the SDKs that the packages of Tako stand on (read 2026-11-23).
 */
export const hostileEnvironment: Readonly<Record<string, string>> = {
  HTTP_PROXY: elsewhere,
  HTTPS_PROXY: elsewhere,
  ALL_PROXY: elsewhere,
  NO_PROXY: '',
  http_proxy: elsewhere,
  https_proxy: elsewhere,
  all_proxy: elsewhere,
  no_proxy: '',
  grpc_proxy: elsewhere,
  no_grpc_proxy: '',

  OPENAI_BASE_URL: elsewhere,
  OPENAI_API_BASE: elsewhere,
  AZURE_OPENAI_ENDPOINT: elsewhere,
  ANTHROPIC_BASE_URL: elsewhere,
  MISTRAL_BASE_URL: elsewhere,
  OLLAMA_HOST: elsewhere,
  GOOGLE_GEMINI_BASE_URL: elsewhere,
  GOOGLE_VERTEX_BASE_URL: elsewhere,
  GOOGLE_CLOUD_UNIVERSE_DOMAIN: 'elsewhere.invalid',
  GCE_METADATA_HOST: '169.254.169.254',
  GCE_METADATA_IP: '169.254.169.254',

  AWS_ENDPOINT_URL: elsewhere,
  AWS_ENDPOINT_URL_BEDROCK_RUNTIME: elsewhere,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: elsewhere,
  AWS_ENDPOINT_URL_STS: elsewhere,
  AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.2/credentials',
  AWS_EC2_METADATA_SERVICE_ENDPOINT: 'http://169.254.169.254',

  AZURE_AUTHORITY_HOST: elsewhere,
  IDENTITY_ENDPOINT: elsewhere,
  MSI_ENDPOINT: elsewhere,
  VAULT_ADDR: elsewhere,
  VAULT_AGENT_ADDR: elsewhere,
  VAULT_PROXY_ADDR: elsewhere,
  REDIS_URL: 'redis://elsewhere.invalid',

  OTEL_EXPORTER_OTLP_ENDPOINT: elsewhere,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: elsewhere,
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: elsewhere,
  OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: elsewhere,
};
