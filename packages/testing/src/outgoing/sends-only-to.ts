import { childNotes, type ChildNotes } from './child-notes.js';
import { configuredAddresses } from './configured-addresses.js';
import { hostileEnvironment } from './hostile-environment.js';
import { observeOutgoing } from './observe-outgoing.js';

/** What a scenario gets. */
export interface SendsOnlyToScenario {
  /**
   * The environment for processes of Node that the scenario starts: ours with the hostile variables, and with what has them note what they
   * send. They must end before the scenario does, by themselves or by a signal that they listen to.
   */
  readonly childEnvironment: Readonly<Record<string, string>>;
}

/**
 * Proves that a scenario sends nothing but to the addresses that were configured, and that it does send to each of them.
 *
 * While it runs, every connection, name lookup and datagram socket of this process is noted, and the environment is hostile: variables
 * that SDKs read by themselves, for addresses, proxies and metadata services, all lead elsewhere ({@link hostileEnvironment}).
 * One at a time, and not beside anything else that sends: what else goes on in the process is noted too. A connection that is open
 * before it begins is not seen: let the scenario make what it tries.
 *
 * @param to - URLs (their path does not count), `host:port`, or `unix:/path`. With none, nothing may be sent at all.
 * @param environment - more variables to set while it runs.
 * @throws Error that names what went elsewhere, or what was never sent to; whatever the scenario throws.
 */
export async function sendsOnlyTo(
  to: readonly string[],
  scenario: (given: SendsOnlyToScenario) => Promise<unknown>,
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  const configured = await configuredAddresses(to);
  await using children = await childNotes();
  const restore = setVariables({ ...hostileEnvironment, ...environment });
  const observation = observeOutgoing();
  try {
    await scenario({ childEnvironment: definedVariables(children) });
  } finally {
    observation.stop();
    restore();
  }
  const seen = [...observation.stop(), ...(await children.read())];

  const elsewhere = seen.filter((outgoing) => !configured.some((address) => address.covers(outgoing)));
  if (elsewhere.length > 0) {
    const told = elsewhere.map(({ kind, to: address }) => `${kind} ${address}`.trim());
    throw new Error(`nothing may be sent but to ${to.join(', ') || 'nowhere'}, yet: ${[...new Set(told)].join(', ')}`);
  }
  const unused = configured.filter((address) => !seen.some((outgoing) => address.isReachedBy(outgoing)));
  if (unused.length > 0) {
    throw new Error(`nothing was sent to ${unused.map(({ name }) => name).join(', ')}: the scenario proves nothing`);
  }
}

/** Sets them in this process, and gives what puts back what there was. */
function setVariables(variables: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}

function definedVariables({ environment }: ChildNotes): Record<string, string> {
  const defined: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...process.env, ...environment })) {
    if (value !== undefined) defined[name] = value;
  }
  return defined;
}
