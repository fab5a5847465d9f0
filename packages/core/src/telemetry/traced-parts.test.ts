import { AsyncLocalStorage } from 'node:async_hooks';

import { expect, test } from 'vitest';

import { TakoError } from '../error/tako-error.js';
import type { Authenticator } from '../identity/authenticator.js';
import { anonymous } from '../provider/principal.js';
import { cachedResolver } from '../secret/cached-resolver.js';
import type { SecretResolver } from '../secret/secret-resolver.js';
import { Secret } from '../secret/secret.js';
import { customTracer } from './custom-tracer.js';
import { tracedAuthenticator } from './traced-authenticator.js';
import { tracedResolver } from './traced-resolver.js';
import type { Attributes, Span, Tracer } from './tracer.js';

interface Told {
  readonly what: string;
  readonly parent: Span | undefined;
  readonly attributes: Record<string, unknown>;
  end?: { readonly error: unknown };
}

function listener(): { readonly tracer: Tracer; readonly told: Told[] } {
  const told: Told[] = [];
  const ambient = new AsyncLocalStorage<Span>();
  const tracer = customTracer({
    start(kind, name, attributes: Attributes = {}, parent = ambient.getStore()) {
      const own: Told = { what: `${kind} ${name}`, parent, attributes: { ...attributes } };
      told.push(own);
      const span: Span = {
        kind,
        set: (more) => void Object.assign(own.attributes, more),
        event: () => undefined,
        end: (error) => void (own.end ??= { error }),
        run: (work) => ambient.run(span, work),
      };
      return span;
    },
  });
  return { tracer, told };
}

const clock = { now: () => 0, after: () => () => undefined };

function store(found: Secret | TakoError): SecretResolver {
  const resolve = async (): Promise<Secret> => {
    if (found instanceof TakoError) throw found;
    return found;
  };
  return { resolve, secret: () => resolve };
}

test('a secret that is fetched is a span of the call that needs it, without its value or its fragment', async () => {
  const { tracer, told } = listener();
  const vault = tracedResolver(store(new Secret('hunter2')), { tracer, name: 'vault' });
  const outer = tracer.start('model_call', 'chat m');
  await outer.run(() => vault.secret('kv/openai#field')());
  expect(told[1]).toEqual({
    what: 'secret vault',
    parent: outer,
    attributes: { resolver: 'vault', key: 'kv/openai', cacheHit: undefined },
    end: { error: undefined },
  });
  expect(JSON.stringify(told)).not.toMatch(/hunter2|field/);
});

test('whether the cache knew it is told around the cache; inside of it only questions are', async () => {
  const { tracer, told } = listener();
  const around = tracedResolver(cachedResolver(store(new Secret('x')), { clock }), { tracer, name: 'vault' });
  await around.resolve('k');
  await around.resolve('k');
  expect(told.map(({ attributes }) => attributes['cacheHit'])).toEqual([false, true]);
  told.length = 0;
  const inside = cachedResolver(tracedResolver(store(new Secret('x')), { tracer, name: 'vault' }), { clock });
  await inside.resolve('k');
  await inside.resolve('k');
  expect(told).toHaveLength(1);
});

test('a failure ends the span with it; a value that was taken for a key is not told', async () => {
  const { tracer, told } = listener();
  const gone = new TakoError('not_found', 'there is no such secret');
  const vault = tracedResolver(store(gone), { tracer, name: 'vault' });
  await expect(vault.resolve('sk-live-1234567890')).rejects.toBe(gone);
  expect(told).toMatchObject([{ attributes: { key: '<redacted>' }, end: { error: gone } }]);
});

test('who calls is a span with the scheme and the outcome, and never with the token', async () => {
  const { tracer, told } = listener();
  const answers: (TakoError | undefined)[] = [
    undefined,
    new TakoError('auth', 'no'),
    new TakoError('transport', 'the provider is down'),
  ];
  const auth: Authenticator = {
    async authenticate() {
      const answer = answers.shift();
      if (answer !== undefined) throw answer;
      return anonymous;
    },
  };
  const span = tracer.start('server_request', 'POST chat');
  const traced = tracedAuthenticator(auth, { tracer, name: 'oidc', span });
  for (const scheme of ['bearer', 'bearer', 'tok-secret']) {
    await traced.authenticate({ token: 'tok-secret', scheme }).catch(() => undefined);
  }
  expect(told.slice(1).map(({ parent, attributes }) => [parent === span, attributes])).toEqual([
    [true, { authenticator: 'oidc', scheme: 'bearer', outcome: 'accepted' }],
    [true, { authenticator: 'oidc', scheme: 'bearer', outcome: 'refused' }],
    [true, { authenticator: 'oidc', scheme: 'other', outcome: 'unavailable' }],
  ]);
  expect(JSON.stringify(told)).not.toContain('tok-secret');
});
