/**
 * A WebSocket that comes back: full-jitter back-off, heartbeat, probe after a network change,
 * requests with promised replies. DOM-free; the page hands in clock and network.
 *
 *   const socket = new SocketClient(socketUrl('/ws/desk/tea/'), { clock, onNetworkChange });
 *   socket.on('desk.snapshot', (frame) => show(frame));      // broadcasts, by type
 *   socket.addEventListener('open' | 'down' | 'stopped', …); // stopped carries detail.code
 *   socket.connect();
 *   const reply = await socket.request('call.accept', { call: code });   // throws SocketError
 *   await socket.request('form.edit', edit, { survive: true });          // resent after a gap
 */

import { RequestTable, SocketError } from './socket-requests.js';

export { SocketError };

/** Closed for a reason that asking again does not heal. */
const STOP_CODES = new Set([4401, 4403, 4404, 4409]);
/** We were too fast or too long: come back, but not at once. */
const SLOW_CODES = new Set([1009, 4429]);
/** Milliseconds. The server speaks every five seconds, so seven of silence ask for a pong. */
const LIMIT = { opening: 8000, quiet: 7000, pong: 4000, probe: 1500, first: 250, most: 10000 };

/** @typedef {import('./socket-requests.js').Frame} Frame */
/** @typedef {import('./socket-requests.js').RequestOptions} RequestOptions */
/**
 * @typedef {object} Environment
 * @property {import('./clock.js').Clock} clock
 * @property {(run: () => void) => () => void} [onNetworkChange]
 * @property {typeof WebSocket} [WebSocket]
 * @property {() => number} [random]
 */

export class SocketClient extends EventTarget {
  /** @type {WebSocket | null} */
  #socket = null;
  #tries = 0;
  #stopped = false;
  #floor = 0;
  #cancelWait = () => {};
  #cancelWatch = () => {};
  #forgetNetwork = () => {};
  /** How often the socket has been open; 1 is the first time. */
  opens = 0;

  /**
   * @param {string} url
   * @param {Environment} environment
   */
  constructor(url, environment) {
    super();
    this.url = url;
    this.clock = environment.clock;
    this.requests = new RequestTable(environment.clock);
    this.random = environment.random ?? Math.random;
    this.WebSocket = environment.WebSocket ?? globalThis.WebSocket;
    this.onNetworkChange = environment.onNetworkChange ?? (() => () => {});
  }

  get isOpen() {
    return this.#socket?.readyState === 1;
  }

  /** Open the socket and keep it open until `close` or a stop code. */
  connect() {
    this.#forgetNetwork();
    this.#forgetNetwork = this.onNetworkChange(() => this.probe());
    this.#stopped = false;
    this.#open();
  }

  /** Leave for good; what still waits for a reply fails with `closed`. */
  close() {
    this.#halt('closed');
    this.#abandon(1000);
  }

  /** Cut the connection as a network fault would; it comes back by itself. */
  drop() {
    this.#lost();
  }

  /** Look now whether the path still works; a dead one is left after a second and a half. */
  probe() {
    if (this.#stopped) return;
    if (this.isOpen) {
      this.#ping(LIMIT.probe);
    } else if (this.#socket?.readyState !== 0 || this.#tries > 1) {
      this.#abandon();
      this.#tries = 0;
      this.#open();
    }
  }

  /**
   * Listen to broadcasts of one type.
   * @param {string} type
   * @param {(frame: Frame) => void} run
   * @returns {() => void} stops listening
   */
  on(type, run) {
    const listener = (/** @type {Event} */ event) => run(/** @type {CustomEvent} */ (event).detail);
    this.addEventListener(`frame:${type}`, listener);
    return () => this.removeEventListener(`frame:${type}`, listener);
  }

  /**
   * Ask and wait for the reply. With `survive` the frame waits for the socket and is sent again
   * after a gap until it is answered, so its effect must be repeatable.
   * @param {string} type
   * @param {Record<string, unknown>} [data]
   * @param {RequestOptions} [options]
   * @returns {Promise<Frame>}
   */
  request(type, data = {}, options = {}) {
    if (this.#stopped) return Promise.reject(new SocketError('closed'));
    if (!options.survive && !this.isOpen) return Promise.reject(new SocketError('offline'));
    const { frame, reply } = this.requests.add(type, data, options);
    this.#write(frame);
    return reply;
  }

  #open() {
    this.#cancelWait();
    const socket = new this.WebSocket(this.url);
    this.#socket = socket;
    this.#watch(LIMIT.opening, () => this.#lost());
    socket.onopen = () => this.#opened();
    socket.onmessage = (event) => this.#received(event.data);
    socket.onclose = (event) => this.#closed(event.code);
  }

  #opened() {
    this.opens += 1;
    this.#heard();
    for (const frame of this.requests.frames) this.#write(frame);
    this.dispatchEvent(new CustomEvent('open', { detail: { first: this.opens === 1 } }));
  }

  /** @param {string} text */
  #received(text) {
    this.#tries = 0;
    this.#floor = 0;
    this.#heard();
    /** @type {Frame} */
    const frame = JSON.parse(text);
    if (frame.type === 'pong') return;
    if (frame.type === 'heartbeat') this.#write({ type: 'alive' });
    if (frame.type === 'ok' || frame.type === 'error') this.requests.settle(frame);
    else this.dispatchEvent(new CustomEvent(`frame:${frame.type}`, { detail: frame }));
  }

  /** @param {Frame} frame */
  #write(frame) {
    if (this.isOpen) this.#socket?.send(JSON.stringify(frame));
  }

  /** Something arrived: the path works; ask again when it goes quiet. */
  #heard() {
    this.#watch(LIMIT.quiet, () => this.#ping(LIMIT.pong));
  }

  /** @param {number} limit */
  #ping(limit) {
    this.#write({ type: 'ping', id: 0 });
    this.#watch(limit, () => this.#lost());
  }

  /**
   * @param {number} ms
   * @param {() => void} run
   */
  #watch(ms, run) {
    this.#cancelWatch();
    this.#cancelWatch = this.clock.after(ms, run);
  }

  /** @param {number} code */
  #closed(code) {
    if (STOP_CODES.has(code)) {
      this.#abandon();
      this.#halt('closed');
      this.dispatchEvent(new CustomEvent('stopped', { detail: { code } }));
      return;
    }
    if (SLOW_CODES.has(code)) this.#floor = 2000;
    this.#lost();
  }

  /** A socket on a dead path can sit in CLOSING for ever: leave it, never wait for `close`. */
  #lost() {
    if (this.#stopped) return;
    this.#abandon();
    this.requests.lost();
    const most = Math.min(LIMIT.most, LIMIT.first * 2 ** this.#tries);
    this.#tries += 1;
    this.#cancelWait();
    this.#cancelWait = this.clock.after(this.#floor + this.random() * most, () => this.#open());
    this.dispatchEvent(new CustomEvent('down', { detail: { tries: this.#tries } }));
  }

  /** @param {number} [code] */
  #abandon(code) {
    this.#cancelWatch();
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close(code);
  }

  /** @param {string} code */
  #halt(code) {
    this.#stopped = true;
    this.#cancelWait();
    this.#forgetNetwork();
    this.requests.failAll(code);
  }
}
