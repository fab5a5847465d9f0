import type { Environment } from '@tako/core';

import type { AuthConfig, GatewayConfig, ModelConfig } from './config/gateway-config.js';
import { needsOf } from './config/parts-of-model.js';
import { findSecrets } from './config/secret-reference.js';

/** What a config would serve, and what it needs for it, in lines for people. Nothing is asked over the network. */
export function describeConfig(config: GatewayConfig, environment: Environment): readonly string[] {
  const { server = {}, models, auth, redis, budget, telemetry } = config;
  const scheme = server.tls === undefined ? 'http' : 'https';
  const width = Math.max(...Object.keys(models).map((name) => name.length));
  const kept = redis === undefined ? 'the memory of this process' : 'Redis';
  return [
    `listens on    ${scheme}://${server.host ?? '127.0.0.1'}:${server.port ?? 4141}`,
    ...(server.health === undefined
      ? []
      : [`health on     http://${server.health.host ?? server.host ?? '127.0.0.1'}:${server.health.port}`]),
    `lets in       ${auth === undefined ? 'a token that is printed at the start' : auth.chain.map(describeLink).join(', then ')}`,
    ...Object.entries(models).map(
      ([name, model], at) => `${at === 0 ? 'serves' : '      '}        ${name.padEnd(width)}  ${describeModel(model)}`,
    ),
    `caps          ${budget === undefined ? 'none' : Object.keys(budget).join(', ')}`,
    `keeps state   in ${kept}`,
    ...(telemetry === undefined ? [] : [`tells         ${telemetry.endpoint}`]),
    ...secretLines(config, environment),
  ];
}

function describeLink(link: AuthConfig): string {
  switch (link.type) {
    case 'tokens':
      return `${link.tokens.length} static token${link.tokens.length === 1 ? '' : 's'}`;
    case 'jwt':
    case 'oidc':
      return `${link.type} of ${[link.issuer].flat().join(' or ')}`;
    case 'vault':
      return 'tokens in Vault';
    default:
      return link satisfies never;
  }
}

function describeModel(model: ModelConfig): string {
  const made = `${model.type} of ${[...new Set(needsOf(model))].join(', ')}`;
  const tools =
    model.type === 'single_agent' && model.mcpServers ? ` with tools of ${model.mcpServers.join(', ')}` : '';
  return `${made}${tools}${model.roles === undefined ? '' : `, for ${model.roles.join(', ')}`}`;
}

/** Variables are here or not; what stores hold is seen when it is used. */
function secretLines(config: GatewayConfig, environment: Environment): readonly string[] {
  const secrets = findSecrets(config);
  const variables = secrets.flatMap(({ variable }) => (variable === undefined ? [] : [variable]));
  const references = secrets.flatMap(({ reference }) => (reference === undefined ? [] : [reference]));
  const texts = secrets.flatMap(({ at, variable, reference }) =>
    variable === undefined && reference === undefined ? [at.map(String).join('.')] : [],
  );
  const isHere = (name: string): boolean => (environment[name] ?? '') !== '';
  return [
    ...[...new Set(variables)].map((name) => `needs         $ENV:${name}${isHere(name) ? '' : ' (not set here)'}`),
    ...[...new Set(references)].map((reference) => `needs         ${reference}`),
    ...texts.map((at) => `note          ${at} stands in the file itself; $ENV:NAME keeps it out`),
  ];
}
