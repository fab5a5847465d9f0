import { didYouMean } from './did-you-mean.js';
import type { AuthConfig, GatewayConfig } from './gateway-config.js';
import { findSecrets } from './secret-reference.js';
import { isLoopback } from './loopback.js';
import { chosenOf, isDirect, partsOf, providersOf } from './parts-of-model.js';
import type { LocatedProblem } from './to-problems.js';

/** Every name that stands for something else in the file must be there, and no model may be made of itself. */
export function checkNames(config: GatewayConfig): readonly LocatedProblem[] {
  const problems: LocatedProblem[] = [];
  const providers = Object.keys(config.providers);
  const models = Object.keys(config.models);
  const servers = Object.keys(config.mcpServers ?? {});
  const directModels = Object.entries(config.models).flatMap(([model, its]) => (isDirect(its) ? [model] : []));
  const expect = (at: readonly PropertyKey[], kind: string, given: string, known: readonly string[]): void => {
    if (known.includes(given)) return;
    const there = `there is no ${kind} "${given}"`;
    problems.push({ at, message: `${there}${didYouMean(given, known) || `; there is ${known.join(', ') || 'none'}`}` });
  };

  if (models.length === 0) problems.push({ at: ['models'], message: 'there must be at least one model' });
  for (const [name, { fallback = [] }] of Object.entries(config.providers)) {
    for (const [index, other] of fallback.entries()) {
      const at = ['providers', name, 'fallback', index];
      expect(at, 'provider', other, providers);
      if (other === name) problems.push({ at, message: 'a provider cannot stand in for itself' });
    }
  }
  for (const [name, model] of Object.entries(config.models)) {
    const here = ['models', name];
    for (const [key, provider] of providersOf(model)) {
      const at = [...here, ...key];
      const its = providers.includes(provider) || !models.includes(provider) ? undefined : config.models[provider];
      if (its === undefined) expect(at, 'provider', provider, [...providers, ...directModels]);
      else if (!isDirect(its)) {
        problems.push({ at, message: `"${provider}" is a ${its.type}, and here a provider is needed` });
      }
    }
    for (const [key, part] of partsOf(model)) {
      expect([...here, ...key], 'provider or model', part, [...providers, ...models]);
    }
    if ('router' in model && model.router !== undefined) {
      const { candidates } = model.router;
      for (const [key, chosen] of chosenOf(model.router)) expect([...here, ...key], 'candidate', chosen, candidates);
    }
    if (model.type !== 'single_agent') continue;
    for (const [index, server] of (model.mcpServers ?? []).entries()) {
      expect([...here, 'mcpServers', index], 'MCP server', server, servers);
    }
  }
  for (const [at, link] of (config.auth?.chain ?? []).entries()) {
    const here = ['auth', 'chain', at];
    problems.push(...problemsOf(link, config).map((message) => ({ at: here, message })));
  }
  problems.push(...problemsOfServer(config), ...problemsOfHealth(config));
  const circle = findCircle(config);
  if (circle !== undefined) {
    problems.push({ at: ['models', circle[0] ?? ''], message: `it is made of itself: ${circle.join(' > ')}` });
  }
  for (const { store, at, isMisspelt = false } of findSecrets(config)) {
    if (isMisspelt) problems.push({ at, message: 'an environment variable is written $ENV:NAME' });
    if (store === undefined) continue;
    if (at[0] === 'secrets')
      problems.push({ at, message: 'the credential of a store cannot be in a store; use $ENV:NAME' });
    else if (config.secrets?.[store] === undefined) {
      problems.push({ at, message: `it refers to ${store}, and secrets.${store} is not set` });
    }
  }
  return problems;
}

function problemsOf(link: AuthConfig, { secrets }: GatewayConfig): readonly string[] {
  switch (link.type) {
    case 'vault':
      return secrets?.vault === undefined ? ['it needs secrets.vault, where the tokens are looked up'] : [];
    case 'jwt': {
      const sources = [link.key, link.jwksUrl, link.jwksFile].filter((source) => source !== undefined);
      if (sources.length !== 1) return ['it needs one of key, jwksUrl and jwksFile'];
      return link.algorithm === 'HS256' && link.jwksUrl !== undefined
        ? ['HS256 has a shared secret: give it as key']
        : [];
    }
    case 'oidc':
      if (!link.issuer.startsWith('https:')) return ['its issuer must be an https address'];
      return link.clientId === undefined && (link.mode === 'opaque' || link.mode === 'both')
        ? [`mode ${link.mode} needs clientId and clientSecret: the identity provider is asked about tokens`]
        : [];
    case 'tokens':
      return [];
    default:
      return link satisfies never;
  }
}

/** What would only come up at the start. */
function problemsOfServer({ auth, server }: GatewayConfig): readonly LocatedProblem[] {
  const host = server?.host ?? '127.0.0.1';
  if (auth !== undefined) return [];
  if (server?.insecureDev !== true) {
    return [{ at: ['auth'], message: 'it is missing; server.insecureDev: true starts without, on loopback' }];
  }
  return isLoopback(host)
    ? []
    : [{ at: ['server', 'host'], message: 'without auth it must be a loopback address, such as 127.0.0.1' }];
}

function problemsOfHealth({ server: { host, port = 4141, health } = {} }: GatewayConfig): readonly LocatedProblem[] {
  if (health === undefined || health.port !== port || port === 0 || (health.host ?? host) !== host) return [];
  return [{ at: ['server', 'health', 'port'], message: 'it is the port of the server, where health is anyway' }];
}

/** Names of models that lead back to the first of them. A provider's name wins over a model's. */
function findCircle({ models, providers }: GatewayConfig): readonly string[] | undefined {
  const done = new Set<string>();
  const visit = (name: string, way: readonly string[]): readonly string[] | undefined => {
    const isModel = Object.hasOwn(models, name) && (way.length === 0 || !Object.hasOwn(providers, name));
    if (isModel && way.includes(name)) return [...way.slice(way.indexOf(name)), name];
    const model = isModel ? models[name] : undefined;
    if (model === undefined || done.has(name)) return undefined;
    for (const [, part] of [...partsOf(model), ...providersOf(model)]) {
      const circle = visit(part, [...way, name]);
      if (circle !== undefined) return circle;
    }
    done.add(name);
    return undefined;
  };
  for (const name of Object.keys(models)) {
    const circle = visit(name, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}
