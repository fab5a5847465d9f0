import { expectCode, expectEqual, expectThat } from '../conformance/bench/expectation.js';
import { trackedSignal } from '../tracked-signal.js';
import { expectHidden, type AuthCase } from './auth-bench.js';

/** How an authenticator behaves, whatever its tokens are. */
export const conductCases: readonly AuthCase[] = [
  {
    name: 'abort: before the call it is cancelled, with the reason, and nobody is asked',
    async run(bench) {
      const { token } = await bench.mint();
      const before = bench.subject.upstream?.requests();
      const reason = new Error('the caller left');
      const error = await bench.authenticate(token, AbortSignal.abort(reason)).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expectThat(expectCode(error, 'aborted before', 'cancelled').cause === reason, 'the reason must be the cause');
      expectEqual(bench.subject.upstream?.requests(), before, 'requests to the upstream');
    },
  },
  {
    name: 'abort: while the upstream is silent it is cancelled, with the reason',
    needs: ['upstream'],
    async run(bench) {
      const { token } = await bench.mint();
      const before = bench.upstream.requests();
      bench.upstream.fail('hangs');
      const tracked = trackedSignal();
      const failure = bench.authenticate(token, tracked.signal).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      await bench.untilAsked(before);
      const reason = new Error('the caller left');
      tracked.abort(reason);
      const error = expectCode(await failure, 'aborted during', 'cancelled');
      bench.upstream.fail(undefined);
      expectThat(error.cause === reason, 'the reason must be the cause');
      await bench.expectAccepted(token, 'the next call');
    },
  },
  {
    name: 'abort: one caller who leaves takes no other along',
    needs: ['upstream'],
    async run(bench) {
      const { token, principal } = await bench.mint();
      const before = bench.upstream.requests();
      bench.upstream.fail('hangs');
      const tracked = trackedSignal();
      const leaving = bench.authenticate(token, tracked.signal).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      await bench.untilAsked(before);
      const staying = bench.authenticate(token).catch((thrown: unknown) => thrown);
      tracked.abort('left');
      expectCode(await leaving, 'who left', 'cancelled');
      bench.upstream.fail(undefined);
      expectEqual(await staying, principal, 'who stayed');
    },
  },
  {
    name: 'abort: no listener stays on the signal',
    async run(bench) {
      const { token } = await bench.mint();
      const tracked = trackedSignal();
      await bench.authenticate(token, tracked.signal);
      expectEqual(tracked.listeners, 0, 'listeners after a good token');
      await bench.authenticate(`${token}AAAA`, tracked.signal).catch(() => undefined);
      expectEqual(tracked.listeners, 0, 'listeners after a bad token');
    },
  },
  {
    name: 'secrecy: an authenticator shows no token that it has seen',
    async run(bench) {
      const { token } = await bench.mint();
      await bench.authenticate(token);
      const bad = `${token.slice(0, -12)}AAAABBBBCCCC`;
      await bench.authenticate(bad).catch(() => undefined);
      expectHidden(bench.subject.authenticator, token, 'a good token');
      expectHidden(bench.subject.authenticator, bad, 'a bad token');
    },
  },
];
