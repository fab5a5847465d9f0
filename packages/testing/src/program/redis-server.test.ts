import { once } from 'node:events';
import { connect } from 'node:net';

import { expect, test } from 'vitest';

import { hasRedis, redisServer } from './redis-server.js';

async function ask(port: number, command: string): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  socket.write(`${command}\r\n`);
  const [answer] = (await once(socket, 'data')) as [string]; // it has an encoding
  socket.destroy();
  return answer;
}

test.skipIf(!hasRedis())('a Redis of one test: empty, alone on its port, and gone with all it held', async () => {
  const first = await redisServer();
  expect(await ask(first.port, 'SET a 1')).toBe('+OK\r\n');
  await expect(redisServer(first.port)).rejects.toThrow('Address already in use');
  await first.stop();
  await expect(ask(first.port, 'PING')).rejects.toThrow('ECONNREFUSED');

  await using again = await redisServer(first.port);
  expect(await ask(again.port, 'GET a')).toBe('$-1\r\n');
});
