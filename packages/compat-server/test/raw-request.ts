import { connect } from 'node:net';

/** Sends bytes as they are, and gives all that comes back until the connection is closed. */
export function raw(url: string, text: string, options: { readonly keepOpen?: boolean } = {}): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.on('data', (data) => {
      answer += data.toString();
      if (options.keepOpen === true) socket.destroy();
    });
    socket.on('close', () => {
      resolve(answer);
    });
    // A server that cuts a connection with text unread resets it: what it said before counts.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
    socket.write(text);
  });
}
