import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import { tcpFaultProxy } from '@tako/testing';
import { toolServer, toolSourceConformance, type RpcMessage } from '@tako/testing/tools';
import { describe, expect, test, vi } from 'vitest';

import { McpGrpc } from '../src/index.js';
import { services, sessionService, textOfFrame, type Frame, type ServiceName } from './session-service.js';

vi.setConfig({ testTimeout: 60_000 });

const token = 'hunter2-of-the-suite';

/** The suite's server, behind streams of gRPC: to die is to break every connection. */
async function start(service: ServiceName) {
  const grpc = new Server();
  grpc.addService(sessionService(service), {
    session: (stream: ServerDuplexStream<Frame, Frame>) => {
      const server = toolServer();
      stream.on('error', () => undefined);
      stream.on('end', () => stream.end());
      stream.on('data', (frame: Frame) => {
        server.receive(JSON.parse(textOfFrame(frame)) as RpcMessage, {
          send: (message) => stream.write({ [services[service].field]: JSON.stringify(message) }),
          die: () => {
            proxy.setFaults({ breakOff: { afterBytes: 0, how: 'reset' } });
            proxy.setFaults({});
          },
        }); // our own client sends nothing else
      });
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    grpc.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  const proxy = await tcpFaultProxy({ target: { host: '127.0.0.1', port } });
  const source = new McpGrpc({
    url: `http://127.0.0.1:${proxy.port}`,
    service,
    name: 'suite',
    metadata: { 'x-token': token },
  });
  return {
    source,
    secrets: [token],
    close: () => source.close(),
    stop: async () => {
      grpc.forceShutdown();
      await proxy.close();
    },
  };
}

describe.each(['mcp.transport.v1', 'tako.mcp.v1'] as const)('%s', (service) => {
  test.each(toolSourceConformance({ name: 'mcp-grpc', start: () => start(service) }))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
