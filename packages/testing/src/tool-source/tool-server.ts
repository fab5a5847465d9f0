/** A JSON-RPC message as it stands on the wire. */
export interface RpcMessage {
  readonly jsonrpc?: string | undefined;
  readonly id?: number | string | undefined;
  readonly method?: string | undefined;
  readonly params?: { readonly [name: string]: unknown } | undefined;
}

/** What a server runs in. */
export interface ToolServerHost {
  /** Sends a message to the client: an answer goes where its request came from. */
  readonly send: (message: object) => void;
  /** Dies at once, without an answer to anything, as by SIGKILL. */
  readonly die: () => void;
}

/** One connection to the server. */
export interface ToolServer {
  /** Takes a message of the client's. */
  readonly receive: (message: RpcMessage, host: ToolServerHost) => void;
}

/** A tool of the server's. @returns the answer, `undefined` where it comes later or never */
type ServerTool = (given: { readonly [name: string]: unknown }, call: RunningCall) => object | undefined;

interface RunningCall {
  readonly answer: (result: object) => void;
  readonly host: ToolServerHost;
}

const tinyImage = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

let instances = 0;

/**
 * The MCP server (revision 2025-11-25) that the conformance suite's sources talk to, for any transport: hand it what
 * comes from the client. Make one for each connection or session.
 */
export function toolServer(): ToolServer {
  const instance = `${Date.now()}-${instances++}`;
  /** Calls that wait for others, by how many they wait for. */
  const gathered: (() => void)[] = [];
  const cancelled: unknown[] = [];
  /** What is said once somebody cancels: too late, that is. */
  const tooLate: (() => void)[] = [];
  const grown: string[] = [];

  const tools: { readonly [name: string]: ServerTool } = {
    echo: ({ text }) => textResult(typeof text === 'string' ? text : ''),
    instance: () => textResult(instance),
    image: () => ({ content: [{ type: 'image', mimeType: 'image/png', data: tinyImage }] }),
    fail: () => ({ ...textResult('it went wrong'), isError: true }),
    large: ({ characters }) => textResult('x'.repeat(Number(characters))),
    hang: () => undefined,
    cancelled: () => textResult(String(cancelled.length)),
    /** Answers when it is cancelled. */
    late: (_given, { answer }) => {
      tooLate.push(() => answer(textResult('too late')));
      return undefined;
    },
    /** Answers twice, and answers questions that nobody asked. */
    babble: (_given, { answer, host }) => {
      for (const id of [987_654, 'nobody', -1]) host.send({ jsonrpc: '2.0', id, result: textResult('for nobody') });
      answer(textResult('first'));
      return textResult('second');
    },
    cyclic: () => textResult('round'),
    /** Answers all that came when there are enough of them, the last one first. */
    gather: ({ of, mark }, { answer }) => {
      gathered.push(() => answer(textResult(String(mark))));
      if (gathered.length >= Number(of)) for (const release of gathered.splice(0).toReversed()) release();
      return undefined;
    },
    /** Adds as many tools as it is told, one without a word. */
    grow: ({ by = 1 }, { host }) => {
      for (let left = Number(by); left > 0; left--) grown.push(`grown_${grown.length}`);
      host.send({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' });
      return textResult('grown');
    },
    crash: (_given, { host }) => {
      host.die();
      return undefined;
    },
    'an odd.name/for "a" tool': () => textResult('odd'),
    [`long_${'x'.repeat(200)}`]: () => textResult('long'),
  };

  const grownTool = (name: string): ServerTool | undefined =>
    grown.includes(name) ? () => textResult(name) : undefined;

  const receive: ToolServer['receive'] = ({ id, method, params = {} }, host) => {
    if (method === 'notifications/cancelled') {
      cancelled.push(params['requestId']);
      for (const speak of tooLate.splice(0)) speak();
    }
    if (id === undefined || method === undefined) return;
    const answer = (result: object): void => host.send({ jsonrpc: '2.0', id, result });
    const refuse = (code: number, message: string): void => host.send({ jsonrpc: '2.0', id, error: { code, message } });
    switch (method) {
      case 'initialize':
        answer({
          protocolVersion: '2025-11-25',
          capabilities: { tools: { listChanged: true } },
          serverInfo: { name: 'tako-conformance', version: '1' },
        });
        break;
      case 'ping':
        answer({});
        break;
      case 'tools/list':
        answer(page([...Object.keys(tools), ...grown], params['cursor']));
        break;
      case 'tools/call': {
        const { name, arguments: given } = params;
        const tool = typeof name === 'string' ? (tools[name] ?? grownTool(name)) : undefined;
        const result = tool?.(isRecord(given) ? given : {}, { answer, host });
        if (name === 'refuse' || tool === undefined) refuse(-32_602, `there is no tool ${String(name)}`);
        else if (result !== undefined) answer(result);
        break;
      }
      default:
        refuse(-32_601, 'Method not found');
    }
  };
  return { receive };
}

/** A list whose entries are lists like it: whoever follows every reference never ends. */
const cyclicSchema = {
  type: 'object',
  properties: { next: { $ref: '#/$defs/entry' } },
  $defs: { entry: { type: 'object', properties: { next: { $ref: '#/$defs/entry' } } } },
};

/**
 * Lists come in pages, so that a source that reads only the first one is found out: five tools, and on each further page
 * as many as on all before it.
 */
function page(names: readonly string[], cursor: unknown): object {
  const from = Number(cursor ?? 0);
  const end = from + Math.max(from, 5);
  const listed = names.slice(from, end);
  const tools = [...listed, ...(from === 0 ? ['refuse'] : [])].map((name) => ({
    name,
    description: `The tool ${name.slice(0, 20)}`,
    inputSchema: name === 'cyclic' ? cyclicSchema : { type: 'object', properties: {} },
  }));
  return end < names.length ? { tools, nextCursor: String(end) } : { tools };
}

function textResult(text: string): object {
  return { content: [{ type: 'text', text }] };
}

function isRecord(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
