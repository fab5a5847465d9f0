import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { tcpFaultProxy, type TcpFaultProxy } from './tcp-fault-proxy.js';
import type { TcpFaults } from './tcp-faults.js';

let target: Server;
let heardByTarget: string;
let proxy: TcpFaultProxy | undefined;

/** A target that says "hello" twice, remembers what it hears, and echoes it. */
beforeEach(async () => {
  heardByTarget = '';
  target = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    socket.write('hello hello ');
    socket.on('data', (data) => {
      heardByTarget += data.toString();
      socket.write(data);
    });
    socket.on('end', () => socket.end('bye'));
  });
  target.listen(0, '127.0.0.1');
  await once(target, 'listening');
});

afterEach(async () => {
  await proxy?.close();
  proxy = undefined;
  target.close();
});

async function start(faults?: TcpFaults): Promise<TcpFaultProxy> {
  const { port } = target.address() as AddressInfo;
  proxy = await tcpFaultProxy({ target: { host: '127.0.0.1', port }, faults });
  return proxy;
}

/** A client that keeps what it hears and how its connection ended. */
function dial({ host, port }: TcpFaultProxy) {
  const socket: Socket = connect({ host, port, allowHalfOpen: true });
  const pieces: string[] = [];
  const heard = { text: '', pieces, ended: false, error: '' };
  socket.on('data', (data) => {
    heard.text += data.toString();
    pieces.push(data.toString());
  });
  socket.on('end', () => (heard.ended = true));
  socket.on('error', (error: NodeJS.ErrnoException) => (heard.error = error.code ?? ''));
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const hears = async (text: string): Promise<void> => {
    while (!heard.text.includes(text)) await once(socket, 'data');
  };
  return { socket, heard, closed, hears };
}

test('without faults bytes pass both ways, and ends do', async () => {
  const { socket, heard, closed, hears } = dial(await start());
  await hears('hello hello ');
  socket.end('ping');
  await closed;
  expect(heard).toMatchObject({ text: 'hello hello pingbye', ended: true, error: '' });
  expect(heardByTarget).toBe('ping');
});

test('connections are counted, and those that are open too', async () => {
  const server = await start();
  const first = dial(server);
  const second = dial(server);
  await Promise.all([first.hears('hello'), second.hears('hello')]);
  expect(server).toMatchObject({ connections: 2, open: 2 });

  first.socket.destroy();
  await first.closed;
  await expect.poll(() => server.open).toBe(1);
  expect(server.connections).toBe(2);
});

test('close: exactly so many bytes, then the end in good order', async () => {
  const { heard, closed, socket } = dial(await start({ breakOff: { afterBytes: 8, how: 'close' } }));
  await once(socket, 'end');
  socket.end();
  await closed;
  expect(heard).toMatchObject({ text: 'hello he', ended: true, error: '' });
});

test('reset: the connection dies at once', async () => {
  const { heard, closed } = dial(await start({ breakOff: { afterBytes: 8, how: 'reset' } }));
  await closed;
  expect(heard).toMatchObject({ text: 'hello he', ended: false, error: 'ECONNRESET' });
});

test('half-close: the client hears the end and can still speak', async () => {
  const { socket, heard } = dial(await start({ breakOff: { afterBytes: 5, how: 'half_close' } }));
  await once(socket, 'end');
  socket.write('still here');
  await expect.poll(() => heardByTarget).toBe('still here');
  expect(heard).toMatchObject({ text: 'hello', ended: true, error: '' });
  socket.destroy();
});

test('stall: nothing more comes, and the connection stays', async () => {
  const { socket, heard, hears } = dial(await start({ breakOff: { afterBytes: 5, how: 'stall' } }));
  await hears('hello');
  socket.write('ping');
  await expect.poll(() => heardByTarget).toBe('ping');
  expect(heard).toMatchObject({ text: 'hello', ended: false, error: '' });
  socket.destroy();
});

test('black hole: a connection is accepted, nothing comes, the target hears nothing', async () => {
  const server = await start({ blackHole: true });
  const { socket, heard } = dial(server);
  socket.write('anybody?');
  await expect.poll(() => server.connections).toBe(1);
  server.setFaults({});
  await dial(server).hears('hello hello'); // the target is there, for others
  expect(heard).toMatchObject({ text: '', ended: false, error: '' });
  expect(heardByTarget).toBe('');
});

test('pieces are no longer than asked for, and late', async () => {
  const begin = performance.now();
  const { hears, heard } = dial(await start({ pieceBytes: 5, latencyMs: 20 }));
  await hears('hello hello ');
  expect(heard.pieces).toEqual(['hello', ' hell', 'o ']);
  expect(performance.now() - begin).toBeGreaterThan(55);
});

test('a fault that begins while a connection is idle reaches it', async () => {
  const server = await start();
  const { heard, closed, hears } = dial(server);
  await hears('hello hello ');
  server.setFaults({ breakOff: { afterBytes: 0, how: 'reset' } });
  await closed;
  expect(heard.error).toBe('ECONNRESET');
});

test('a target that refuses shows as a reset', async () => {
  const server = await start();
  target.close();
  await once(target, 'close');
  const { closed, heard } = dial(server);
  await closed;
  expect(heard.error).toBe('ECONNRESET');
});

test('close ends every connection', async () => {
  const server = await start();
  const { socket, hears } = dial(server);
  await hears('hello hello ');
  const ended = once(socket, 'end');
  await server.close();
  await ended;
  expect(server.open).toBe(0);
  socket.destroy();
});
