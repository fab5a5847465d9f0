const names = ['localhost', '127.0.0.1', '[::1]', '::1'];

/** Whether only programs of the same machine reach a host. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

/** The names that a server on loopback answers to: a page whose name was made to point here has another one. */
export function loopbackNames(host: string): readonly string[] {
  return [...new Set([host, ...names])];
}
