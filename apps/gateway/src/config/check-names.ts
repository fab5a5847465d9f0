import type { GatewayConfig, ModelConfig } from './gateway-config.js';
import { findReferences } from './secret-reference.js';
import type { LocatedProblem } from './to-problems.js';

/** Every name that stands for something else in the file must be there, and no model may be made of itself. */
export function checkNames(config: GatewayConfig): readonly LocatedProblem[] {
  const problems: LocatedProblem[] = [];
  const providers = Object.keys(config.providers);
  const models = Object.keys(config.models);
  const servers = Object.keys(config.mcpServers ?? {});
  const expect = (at: readonly PropertyKey[], kind: string, given: string, known: readonly string[]): void => {
    if (known.includes(given)) return;
    problems.push({ at, message: `there is no ${kind} "${given}"; there is ${known.join(', ') || 'none'}` });
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
    for (const [key, provider] of providersOf(model)) expect([...here, ...key], 'provider', provider, providers);
    for (const [key, part] of partsOf(model)) {
      expect([...here, ...key], 'provider or model', part, [...providers, ...models]);
    }
    if (model.type !== 'single_agent') continue;
    for (const [index, server] of (model.mcpServers ?? []).entries()) {
      expect([...here, 'mcpServers', index], 'MCP server', server, servers);
    }
  }
  for (const [at, link] of (config.auth?.chain ?? []).entries()) {
    const here = ['auth', 'chain', at];
    if (link.type === 'vault' && config.secrets?.vault === undefined) {
      problems.push({ at: here, message: 'it needs secrets.vault, where the tokens are looked up' });
    }
    if (link.type === 'jwt' && (link.key === undefined) === (link.jwksUrl === undefined)) {
      problems.push({ at: here, message: 'it needs a key or a jwksUrl, and not both' });
    }
    if (link.type === 'jwt' && link.algorithm === 'HS256' && link.key === undefined) {
      problems.push({ at: here, message: 'HS256 has a shared secret: give it as key' });
    }
  }
  const circle = findCircle(config);
  if (circle !== undefined) {
    problems.push({ at: ['models', circle[0] ?? ''], message: `it is made of itself: ${circle.join(' > ')}` });
  }
  for (const { store, at } of findReferences(config)) {
    if (at[0] === 'secrets')
      problems.push({ at, message: 'the credential of a store cannot be in a store; use $ENV:NAME' });
    else if (config.secrets?.[store] === undefined) {
      problems.push({ at, message: `it refers to ${store}, and secrets.${store} is not set` });
    }
  }
  return problems;
}

type Named = readonly (readonly [path: readonly PropertyKey[], name: string])[];

/** The providers that a model names directly. */
function providersOf(model: ModelConfig): Named {
  switch (model.type) {
    case 'provider':
    case 'single_agent':
      return [[['provider'], model.provider]];
    case 'conductor':
      return [
        [['coordinator'], model.coordinator],
        ...(model.judge === undefined ? [] : [[['judge', 'provider'], model.judge.provider] as const]),
      ];
    case 'ab_mcts':
    case 'self_caller':
      return [[['judge', 'provider'], model.judge.provider]];
    case 'trinity':
      return [];
    default:
      return model satisfies never;
  }
}

/** What a model is made of: providers, or other models. */
function partsOf(model: ModelConfig): Named {
  switch (model.type) {
    case 'conductor':
      return Object.entries(model.workers).map(([key, worker]) =>
        typeof worker === 'string' ? [['workers', key], worker] : [['workers', key, 'use'], worker.use],
      );
    case 'trinity':
      return Object.entries(model.agents).map(([key, agent]) => [['agents', key], agent]);
    case 'ab_mcts':
      return Object.entries(model.generators).map(([key, generator]) => [['generators', key], generator]);
    case 'self_caller':
      return [[['inner'], model.inner]];
    case 'provider':
    case 'single_agent':
      return [];
    default:
      return model satisfies never;
  }
}

/** Names of models that lead back to the first of them. A provider's name wins over a model's. */
function findCircle({ models, providers }: GatewayConfig): readonly string[] | undefined {
  const done = new Set<string>();
  const visit = (name: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(name)) return [...way.slice(way.indexOf(name)), name];
    const model = Object.hasOwn(providers, name) && way.length > 0 ? undefined : models[name];
    if (model === undefined || done.has(name)) return undefined;
    for (const [, part] of partsOf(model)) {
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
