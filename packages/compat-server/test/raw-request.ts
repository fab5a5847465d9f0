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
    socket.on('error', reject);
    socket.write(text);
  });
}
