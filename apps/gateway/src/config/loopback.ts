/** Names of this machine that no other can reach. */
export const loopbackHosts: readonly string[] = ['127.0.0.1', '::1', 'localhost'];

/** Whether only programs of the same machine reach a host. */
export function isLoopback(host: string): boolean {
  return loopbackHosts.includes(host);
}
