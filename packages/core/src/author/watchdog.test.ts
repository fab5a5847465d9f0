import { expect, test } from 'vitest';

import { FakeClock } from '../../test/fake-clock.js';
import type { TakoError } from '../error/tako-error.js';
import { defaultTimeouts, type Timeouts } from './timeouts.js';
import { Watchdog } from './watchdog.js';

function watched(timeouts: Timeouts = {}) {
  const clock = new FakeClock();
  const expired: TakoError[] = [];
  const watchdog = new Watchdog('acme:small', clock, timeouts, (error) => expired.push(error));
  return { clock, expired, watchdog };
}

test('the defaults are 30 s, 120 s, 60 s and 600 s', () => {
  expect(defaultTimeouts).toEqual({
    connectMs: 30_000,
    firstEventMs: 120_000,
    betweenEventsMs: 60_000,
    totalMs: 600_000,
  });
});

test('no answer within the connect limit', () => {
  const { clock, expired } = watched();
  clock.advance(29_999);
  expect(expired).toEqual([]);
  clock.advance(1);
  expect(expired).toMatchObject([
    { code: 'timeout', retryable: true, source: 'acme:small', details: { limit: 'connect', limitMs: 30_000 } },
  ]);
  expect(expired[0]?.message).toContain('acme:small: not done within 30000 ms (connectMs)');
});

test('no first event after the answer, counted from the answer', () => {
  const { clock, expired, watchdog } = watched();
  clock.advance(20_000);
  watchdog.connected();
  clock.advance(119_999);
  expect(expired).toEqual([]);
  clock.advance(1);
  expect(expired).toMatchObject([{ details: { limit: 'firstEvent', limitMs: 120_000 } }]);
});

test('no further event, counted from when somebody waits', () => {
  const { clock, expired, watchdog } = watched();
  watchdog.connected();
  watchdog.event(true);
  clock.advance(200_000); // the consumer holds the event
  watchdog.waiting();
  clock.advance(59_999);
  expect(expired).toEqual([]);
  clock.advance(1);
  expect(expired).toMatchObject([{ details: { limit: 'betweenEvents', limitMs: 60_000 } }]);
});

test('an event in time begins the wait anew', () => {
  const { clock, expired, watchdog } = watched({ totalMs: Infinity });
  watchdog.connected();
  for (let at = 0; at < 100; at++) {
    clock.advance(59_999);
    watchdog.event(true);
    watchdog.waiting();
  }
  expect(expired).toEqual([]);
});

test('an event without content ends no limit: neither the connect limit nor that of the first event', () => {
  const before = watched();
  before.watchdog.event(false);
  before.watchdog.waiting();
  before.clock.advance(30_000);
  expect(before.expired).toMatchObject([{ details: { limit: 'connect' } }]);

  const after = watched();
  after.clock.advance(10_000);
  after.watchdog.connected();
  after.clock.advance(100_000);
  after.watchdog.event(false);
  after.watchdog.waiting();
  after.clock.advance(19_999);
  expect(after.expired).toEqual([]);
  after.clock.advance(1);
  expect(after.expired).toMatchObject([{ details: { limit: 'firstEvent' } }]);
});

test('what was waited before the answer does not count against the first event', () => {
  const { clock, expired, watchdog } = watched();
  clock.advance(20_000);
  watchdog.event(false);
  watchdog.waiting();
  watchdog.connected();
  clock.advance(119_999);
  expect(expired).toEqual([]);
  clock.advance(1);
  expect(expired).toMatchObject([{ details: { limit: 'firstEvent' } }]);
});

test('once content has come, any event is a sign of life', () => {
  const { clock, expired, watchdog } = watched({ totalMs: Infinity });
  watchdog.connected();
  watchdog.event(true);
  watchdog.waiting();
  for (let at = 0; at < 5; at++) {
    clock.advance(59_999);
    watchdog.event(false);
    watchdog.waiting();
  }
  expect(expired).toEqual([]);
  clock.advance(60_000);
  expect(expired).toMatchObject([{ details: { limit: 'betweenEvents' } }]);
});

test('time in which the consumer holds an event without content does not count', () => {
  const { clock, expired, watchdog } = watched({ totalMs: Infinity });
  watchdog.connected();
  clock.advance(119_000);
  watchdog.event(false);
  clock.advance(300_000);
  expect(expired).toEqual([]);
  watchdog.waiting();
  clock.advance(999);
  expect(expired).toEqual([]);
  clock.advance(1);
  expect(expired).toMatchObject([{ details: { limit: 'firstEvent' } }]);
});

test('the whole call has a limit, whatever comes', () => {
  const { clock, expired, watchdog } = watched();
  watchdog.connected();
  for (let at = 0; at < 600; at++) {
    watchdog.event(true);
    watchdog.waiting();
    clock.advance(1_000);
  }
  expect(expired).toMatchObject([{ code: 'timeout', details: { limit: 'total', limitMs: 600_000 } }]);
});

test.each(['connect', 'firstEvent', 'betweenEvents', 'total'])('%s can be the only limit', (limit) => {
  const off = { connectMs: Infinity, firstEventMs: Infinity, betweenEventsMs: Infinity, totalMs: Infinity };
  const { clock, expired, watchdog } = watched({ ...off, [`${limit}Ms`]: 5 });
  const wait = () => clock.advance(5);
  wait();
  watchdog.connected();
  wait();
  watchdog.event(true);
  watchdog.waiting();
  wait();
  expect(expired.map(({ details }) => details)).toEqual([{ limit, limitMs: 5 }]);
});

test('Infinity turns every limit off', () => {
  const off = { connectMs: Infinity, firstEventMs: Infinity, betweenEventsMs: Infinity, totalMs: Infinity };
  const { clock, expired, watchdog } = watched(off);
  clock.advance(1e12);
  watchdog.connected();
  clock.advance(1e12);
  watchdog.event(true);
  watchdog.waiting();
  clock.advance(1e12);
  expect(expired).toEqual([]);
});

test('it tells of one limit only, and no timer is left afterwards', () => {
  const { clock, expired } = watched({ connectMs: 5, totalMs: 5 });
  clock.advance(1_000_000);
  expect(expired).toHaveLength(1);
  expect(clock.pending).toBe(0);
});

test('after stop nothing is told, and no timer is left', () => {
  const { clock, expired, watchdog } = watched();
  watchdog.connected();
  watchdog.event(true);
  watchdog.stop();
  expect(clock.pending).toBe(0);
  clock.advance(1e9);
  expect(expired).toEqual([]);
});

test('many events start no more timers than few', () => {
  const { clock, watchdog } = watched();
  watchdog.connected();
  for (let at = 0; at < 10_000; at++) {
    watchdog.event(true);
    watchdog.waiting();
    clock.advance(1);
  }
  expect(clock.started).toBeLessThan(10);
  expect(clock.pending).toBeLessThanOrEqual(2);
});

test('a consumer that holds an event for hours starts few timers', () => {
  const { clock, expired, watchdog } = watched({ totalMs: Infinity });
  watchdog.connected();
  clock.advance(119_999);
  watchdog.event(false);
  clock.advance(4 * 3_600_000);
  expect(expired).toEqual([]);
  expect(clock.started).toBeLessThan(1_000);
});
