/**
 * A member's offer to hand the running call to a colleague: whom, and how it went. DOM-free.
 * Event `change`: read the fields.
 */

/** @typedef {'choosing' | 'asking' | 'waiting' | 'declined' | 'expired' | 'refused'} Stage */
/** @typedef {{member: string | number, name: string, state: 'free' | 'busy' | 'away'}} Colleague */

export class TransferOffer extends EventTarget {
  /** @type {Stage} */
  stage = 'choosing';
  /** @type {Colleague[]} */
  colleagues = [];
  name = '';
  until = '';
  code = '';
  fault = '';

  /** @param {import('./peer-link.js').Signals} socket */
  constructor(socket) {
    super();
    this.socket = socket;
    socket.on('transfer.closed', ({ state, transfer }) => this.#closed(state, transfer));
  }

  /** Ask who is there. */
  async list() {
    try {
      const { colleagues } = await this.socket.request('colleagues.list');
      this.#set({ colleagues, fault: '' });
    } catch (error) {
      this.#set({ fault: codeOf(error) });
    }
  }

  /**
   * @param {Colleague} to
   * @param {string} note for the colleague's eyes only
   */
  async offer(to, note) {
    this.#set({ stage: 'asking', name: to.name, fault: '' });
    try {
      const data = { member: to.member, note: note.trim() };
      const { transfer, until } = await this.socket.request('transfer.offer', data);
      // an answer may be faster than the reply
      if (this.stage === 'asking') this.#set({ stage: 'waiting', code: transfer, until });
    } catch (error) {
      this.#set({ stage: 'refused', fault: codeOf(error) });
      await this.list();
    }
  }

  async withdraw() {
    const { code } = this;
    this.#set({ stage: 'choosing', code: '' });
    await this.socket.request('transfer.withdraw', { transfer: code }).catch(() => {});
  }

  /** Choose anew after a no. */
  again() {
    this.#set({ stage: 'choosing', code: '', fault: '' });
  }

  /**
   * @param {string} state
   * @param {string} [transfer]
   */
  #closed(state, transfer) {
    const mine = this.stage === 'waiting' || this.stage === 'asking';
    if (!mine || (transfer && this.code && transfer !== this.code)) return;
    if (state === 'declined' || state === 'expired') this.#set({ stage: state, code: '' });
  }

  /** @param {Partial<TransferOffer>} changes */
  #set(changes) {
    Object.assign(this, changes);
    this.dispatchEvent(new CustomEvent('change'));
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return String(Reflect.get(Object(error), 'code') ?? 'failed');
}
