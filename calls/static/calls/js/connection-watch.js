/**
 * Watches one RTCPeerConnection: asks for a restart when its path is lost and says when it does
 * not come up at all. DOM-free.
 */

/** How long a lost path may come back by itself, how long a new one may take, a look at flow. */
const DISCONNECTED_WAIT = 3000;
const CONNECT_WAIT = 6000;
const FLOW_WAIT = 1000;

/** @typedef {{after: (ms: number, run: () => void) => () => void}} Timer */

export class ConnectionWatch {
  #cancelRestart = () => {};
  #cancelConnect = () => {};
  #patience = 0;

  /**
   * @param {RTCPeerConnection} connection
   * @param {{clock: Timer, restart: () => void, stuck: () => void}} parts
   */
  constructor(connection, parts) {
    this.connection = connection;
    this.parts = parts;
  }

  stop() {
    this.#cancelRestart();
    this.#cancelConnect();
  }

  /** Safety net: what is not connected some seconds after the answer or a loss is built anew. */
  expectConnection() {
    this.#cancelConnect();
    if (this.connection.connectionState === 'connected') return;
    const wait = CONNECT_WAIT * 2 ** Math.min(this.#patience, 2);
    this.#cancelConnect = this.parts.clock.after(wait, () => {
      this.#patience += 1;
      this.parts.stuck();
      this.expectConnection();
    });
  }

  stateChanged() {
    const state = this.connection.connectionState;
    if (state === 'connected') this.#cancelConnect();
    if (state === 'failed') this.#seek();
  }

  iceChanged() {
    this.#cancelRestart();
    if (this.connection.iceConnectionState !== 'disconnected') return;
    this.#cancelRestart = this.parts.clock.after(DISCONNECTED_WAIT, () => this.#seek());
  }

  /** Signalling is back after a gap: the path may be another one meanwhile. */
  async look() {
    const state = this.connection.iceConnectionState;
    const broken = state === 'disconnected' || state === 'failed';
    const up = state === 'connected' || state === 'completed';
    if (!broken && (!up || (await this.#flows()))) return;
    this.#patience = 0;
    this.#seek();
  }

  /** Another path, and if that is not found in time, another connection. */
  #seek() {
    this.parts.restart();
    this.expectConnection();
  }

  async #flows() {
    const before = await bytesReceived(this.connection);
    await new Promise((done) => this.parts.clock.after(FLOW_WAIT, () => done(undefined)));
    return (await bytesReceived(this.connection)) > before;
  }
}

/**
 * @param {RTCPeerConnection} connection
 * @returns {Promise<number>} over the transport, whatever the kind
 */
export async function bytesReceived(connection) {
  let bytes = 0;
  for (const entry of (await connection.getStats()).values()) {
    if (entry.type === 'transport') bytes += entry.bytesReceived;
  }
  return bytes;
}
