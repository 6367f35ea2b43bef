/**
 * The servers of the media path and their short-lived login, kept fresh for as long as the call
 * lasts: a path may be lost at any moment, and then an old login finds no new one. DOM-free.
 */

/** @typedef {{servers: RTCIceServer[], policy: RTCIceTransportPolicy, life?: number}} Ice */
/**
 * @typedef {object} Parts
 * @property {{
 *   request: (type: string, data?: Record<string, unknown>, options?: {survive?: boolean}) => Promise<any>,
 *   on: (type: string, run: () => void) => () => void,
 * }} socket
 * @property {{after: (ms: number, run: () => void) => () => void}} clock
 */

export class IceKeeper {
  /** @type {Ice} */
  #ice = { servers: [], policy: 'all' };
  #cancel = () => {};

  /** @param {Parts} parts */
  constructor({ socket, clock }) {
    this.socket = socket;
    this.clock = clock;
    // Nobody gets a login while waiting in the queue; now it rings.
    socket.on('call.rang', () => this.#renew());
  }

  /** @returns {RTCConfiguration} */
  get config() {
    return { iceServers: this.#ice.servers, iceTransportPolicy: this.#ice.policy };
  }

  /** @param {Ice} ice from a snapshot or a reply */
  learn(ice) {
    this.#ice = ice;
    this.#cancel();
    if (!ice.servers.length || !ice.life) return;
    this.#cancel = this.clock.after(ice.life * 500, () => this.#renew());
  }

  /** Fetch a fresh login; it is used from the next search for a path on. */
  async refresh() {
    const { servers, policy, life } = await this.socket.request(
      'ice.refresh',
      {},
      { survive: true },
    );
    this.learn({ servers, policy, life });
    return this.config;
  }

  stop() {
    this.#cancel();
  }

  async #renew() {
    try {
      await this.refresh();
    } catch {
      // refused or closed: the next snapshot brings another login, or the call is over
    }
  }
}
