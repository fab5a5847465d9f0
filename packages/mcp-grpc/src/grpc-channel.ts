import { isIP, type Socket } from 'node:net';
import { connect, type SecureContext, type TLSSocket } from 'node:tls';

import type { ChannelCredentials, ClientDuplexStream } from '@grpc/grpc-js';

import { decodeFrame, encodeFrame } from './frame.js';
import { Client, connectivityState, credentials, Metadata } from './grpc-client.js';

/** What a channel is opened with. */
export interface GrpcChannelOptions {
  readonly url: URL;
  /** The path of the method to call. */
  readonly method: string;
  readonly metadata: ReadonlyMap<string, string>;
  /** For `https://`. */
  readonly tls: SecureContext | undefined;
  readonly serverName: string | undefined;
  readonly keepAliveIntervalMs: number;
  readonly keepAliveTimeoutMs: number;
  readonly maxMessageBytes: number;
}

/** A frame as it came: `undefined` where its bytes are no frame. */
export interface IncomingFrame {
  readonly text: string | undefined;
}

/** What `setTimeout` takes; gRPC hands it on as it is. */
const longestTimerMs = 2_147_483_647;

/** One stream over a connection of its own, of which nothing is left when it is closed. */
export class GrpcChannel {
  readonly stream: ClientDuplexStream<string, IncomingFrame>;
  readonly #client: Client;
  readonly #sockets = new Set<Socket>();
  #isClosed = false;
  #onGone: () => void = () => undefined;
  /** Why TLS failed, when it did: gRPC only tells its text. */
  tlsError: unknown;

  constructor(options: GrpcChannelOptions) {
    const { url, method, metadata, tls, keepAliveIntervalMs, keepAliveTimeoutMs, maxMessageBytes } = options;
    const port = url.port === '' ? (tls === undefined ? '80' : '443') : url.port;
    const made = tls === undefined ? credentials.createInsecure() : credentials.createFromSecureContext(tls);
    this.#client = new Client(`dns:${url.hostname}:${port}`, this.#watched(made, options), {
      'grpc.max_receive_message_length': maxMessageBytes,
      'grpc.max_send_message_length': -1,
      ...(Number.isFinite(keepAliveIntervalMs) && { 'grpc.keepalive_time_ms': keepAliveIntervalMs }),
      'grpc.keepalive_timeout_ms': Math.min(keepAliveTimeoutMs, longestTimerMs),
      // What the environment, or a record in the DNS, would have us do.
      'grpc.enable_http_proxy': 0,
      'grpc.service_config_disable_resolution': 1,
      // A connection is used once, by one stream: the session makes the next one, with what is valid then.
      'grpc.use_local_subchannel_pool': 1,
      'grpc.enable_retries': 0,
      'grpc.enable_channelz': 0,
    });
    const sent = new Metadata();
    for (const [name, value] of metadata) sent.set(name, name.endsWith('-bin') ? Buffer.from(value, 'base64') : value);
    // What is thrown in here gRPC takes for the server's word, so a frame that is none comes as data too.
    const read = (bytes: Buffer): IncomingFrame => ({ text: decodeFrame(bytes) });
    this.stream = this.#client.makeBidiStreamRequest(method, encodeFrame, read, sent);
  }

  /**
   * Calls back when the connection stands, unless it fails first: that is told by the stream's status.
   *
   * Not by `waitForReady`, which asks a channel that was closed to connect, and so keeps it connecting for ever
   * (`@grpc/grpc-js` 1.14).
   */
  onReady(callback: () => void): void {
    const channel = this.#client.getChannel();
    const look = (): void => {
      if (this.#isClosed) return;
      const state = channel.getConnectivityState(false);
      if (state === connectivityState.READY) callback();
      else channel.watchConnectivityState(state, Infinity, look);
    };
    look();
  }

  /** Lets the connection go. Resolves when its sockets are gone, which `destroy` makes sure of. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const gone = new Promise<void>((resolve) => {
      this.#onGone = resolve;
    });
    this.#client.close();
    if (this.#sockets.size > 0) await gone;
  }

  /** Ends the connection without a goodbye. */
  destroy(): void {
    this.#isClosed = true;
    this.stream.cancel();
    for (const socket of this.#sockets) socket.destroy();
  }

  /**
   * Credentials that also tell of their sockets, since gRPC has no way to end a connection whose other side is silent.
   * This is the place where it hands them out (`@grpc/grpc-js` 1.14).
   */
  #watched(made: ChannelCredentials, options: GrpcChannelOptions): ChannelCredentials {
    const createConnector = made._createSecureConnector.bind(made);
    made._createSecureConnector = (...args) => {
      const connector = createConnector(...args);
      return {
        waitForReady: () => connector.waitForReady(),
        getCallCredentials: () => connector.getCallCredentials(),
        destroy: () => connector.destroy(),
        connect: async (socket) => {
          this.#watch(socket);
          if (this.#isClosed) {
            socket.destroy();
            throw new Error('the connection is not wanted any more');
          }
          return options.tls === undefined ? connector.connect(socket) : this.#secured(socket, options);
        },
      };
    };
    return made;
  }

  #watch(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      if (this.#sockets.size === 0) this.#onGone();
    });
  }

  /** Ours, since gRPC's own leaves to the environment whether certificates are looked at, and names addresses in SNI. */
  #secured(
    socket: Socket,
    { url, tls, serverName }: GrpcChannelOptions,
  ): Promise<{ readonly socket: TLSSocket; readonly secure: true }> {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const name = serverName ?? (isIP(host) === 0 ? host : undefined);
    return new Promise((resolve, reject) => {
      const secured = connect({
        socket,
        host,
        secureContext: tls,
        rejectUnauthorized: true,
        ALPNProtocols: ['h2'],
        ...(name !== undefined && { servername: name }),
      });
      this.#watch(secured);
      const fail = (error: unknown): void => {
        this.tlsError ??= error;
        reject(error instanceof Error ? error : new Error('TLS failed'));
      };
      secured.once('secureConnect', () => resolve({ socket: secured, secure: true }));
      secured.on('error', fail);
      secured.once('close', () => fail(new Error('the connection was closed during the TLS handshake')));
    });
  }
}
