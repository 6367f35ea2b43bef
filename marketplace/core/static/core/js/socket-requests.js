/**
 * Requests that wait for their reply, by id. Used by the socket client only.
 */

const REPLY_LIMIT = 8000;

/** @typedef {{type: string, id?: number | string, [key: string]: any}} Frame */
/** @typedef {{timeout?: number, survive?: boolean}} RequestOptions */
/**
 * @typedef {object} Pending
 * @property {Frame} frame
 * @property {boolean} survive
 * @property {(data: Frame) => void} resolve
 * @property {(error: SocketError) => void} reject
 * @property {() => void} cancel
 */

/** A refusal with the server's code, or `offline`, `connection_lost`, `timed_out`, `closed`. */
export class SocketError extends Error {
  /**
   * @param {string} code
   * @param {string} [message]
   * @param {Record<string, any>} [data]
   */
  constructor(code, message = code, data = {}) {
    super(message);
    this.name = 'SocketError';
    this.code = code;
    this.data = data;
  }
}

export class RequestTable {
  /** @type {Map<number | string, Pending>} */
  #pending = new Map();
  #lastId = 0;

  /** @param {import('./clock.js').Clock} clock */
  constructor(clock) {
    this.clock = clock;
  }

  /** Frames without a reply, oldest first. */
  get frames() {
    return [...this.#pending.values()].map(({ frame }) => frame);
  }

  /**
   * @param {string} type
   * @param {Record<string, unknown>} data
   * @param {RequestOptions} options
   * @returns {{frame: Frame, reply: Promise<Frame>}}
   */
  add(type, data, { timeout, survive = false }) {
    this.#lastId += 1;
    const id = this.#lastId;
    const frame = { ...data, type, id };
    const limit = timeout ?? (survive ? 0 : REPLY_LIMIT);
    /** @type {Promise<Frame>} */
    const reply = new Promise((resolve, reject) => {
      const cancel = limit ? this.clock.after(limit, () => this.#fail(id, 'timed_out')) : () => {};
      this.#pending.set(id, { frame, survive, resolve, reject, cancel });
    });
    return { frame, reply };
  }

  /** @param {Frame} reply an `ok` or `error` frame */
  settle(reply) {
    const id = reply.id ?? '';
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    pending.cancel();
    if (reply.type === 'ok') pending.resolve(reply);
    else pending.reject(new SocketError(reply.code, reply.message, reply.data));
  }

  /** The socket is gone: what need not survive fails now, the rest waits. */
  lost() {
    for (const [id, { survive }] of [...this.#pending]) {
      if (!survive) this.#fail(id, 'connection_lost');
    }
  }

  /** @param {string} code */
  failAll(code) {
    for (const id of [...this.#pending.keys()]) this.#fail(id, code);
  }

  /**
   * @param {number | string} id
   * @param {string} code
   */
  #fail(id, code) {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    pending?.cancel();
    pending?.reject(new SocketError(code));
  }
}
