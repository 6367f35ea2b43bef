/**
 * "Hand over to a colleague": whom, with which note, and what became of it.
 */

import { copyOf, need } from '../../core/js/dom.js';
import { hasWord, word } from '../../core/js/words.js';
import { TransferOffer } from './transfer-offer.js';

/** @typedef {import('./transfer-offer.js').Colleague} Colleague */

export class TransferDialog {
  #dialog = need('#transfer-dialog', HTMLDialogElement);
  #list = need('#transfer-colleagues', HTMLElement);
  #note = need('#transfer-note', HTMLTextAreaElement);
  #words = need('#transfer-words', HTMLElement);
  #send = need('#transfer-send', HTMLButtonElement);
  #withdraw = need('#transfer-withdraw', HTMLButtonElement);

  /** @param {import('../../core/js/socket-client.js').SocketClient} socket */
  constructor(socket) {
    this.offer = new TransferOffer(socket);
    this.offer.addEventListener('change', () => this.render());
    need('form', HTMLFormElement, this.#dialog).addEventListener('submit', (event) => {
      if (event.submitter !== this.#send) return;
      event.preventDefault();
      this.#hand();
    });
    this.#withdraw.addEventListener('click', () => this.offer.withdraw());
    setInterval(() => this.#count(), 1000);
    socket.on('call.snapshot', ({ note_for_merchant: note = '' }) => showNote(note));
  }

  open() {
    if (this.offer.stage !== 'waiting') this.offer.again();
    this.render();
    this.#dialog.showModal();
    this.offer.list();
  }

  close() {
    this.#dialog.close();
  }

  async #hand() {
    const chosen = need('form', HTMLFormElement, this.#dialog).querySelector('input:checked');
    const id = chosen instanceof HTMLInputElement ? chosen.value : '';
    const to = this.offer.colleagues.find(({ member }) => String(member) === id);
    if (to) await this.offer.offer(to, this.#note.value);
    else this.#say(word('transfer-nobody-chosen'));
  }

  render() {
    const { stage, colleagues, fault, name } = this.offer;
    const busy = stage === 'asking' || stage === 'waiting';
    this.#fill(colleagues, busy);
    this.#note.disabled = busy;
    const focused = document.activeElement === this.#send;
    this.#send.hidden = busy;
    this.#withdraw.hidden = !busy;
    if (busy && focused) this.#withdraw.focus();
    const free = colleagues.some(({ state }) => state === 'free');
    this.#send.disabled = !free;
    if (fault) this.#say(word(hasWord(`refused-${fault}`) ? `refused-${fault}` : 'transfer-fault'));
    else if (stage !== 'choosing') this.#say(word(`transfer-${stage}`, { name }));
    else this.#say(free || !colleagues.length ? '' : word('transfer-nobody-free'));
    need('#transfer-alone', HTMLElement).hidden = colleagues.length > 0;
    this.#count();
  }

  /** @param {Colleague[]} colleagues @param {boolean} busy */
  #fill(colleagues, busy) {
    const now = this.#list.querySelector('input:checked');
    const chosen = now instanceof HTMLInputElement ? now.value : '';
    const rows = colleagues.map((colleague) => {
      const row = copyOf('transfer-colleague');
      const input = need('input', HTMLInputElement, row);
      input.value = String(colleague.member);
      input.disabled = busy || colleague.state !== 'free';
      input.checked = input.value === chosen && colleague.state === 'free';
      need('[data-part="name"]', HTMLElement, row).textContent = colleague.name;
      const state = need('.state', HTMLElement, row);
      state.textContent = word(`colleague-${colleague.state}`);
      state.classList.toggle('state--pine', colleague.state === 'free');
      return row;
    });
    this.#list.replaceChildren(...rows);
  }

  #count() {
    const left = Math.ceil((Date.parse(this.offer.until) - Date.now()) / 1000);
    const timer = need('#transfer-left', HTMLElement);
    timer.hidden = this.offer.stage !== 'waiting' || !(left > 0);
    timer.textContent = word('transfer-left', { seconds: left });
  }

  /** @param {string} words */
  #say(words) {
    if (this.#words.textContent !== words) this.#words.textContent = words;
  }
}

/** @param {string} note of the colleague who had the call before; shown until it is put away */
function showNote(note) {
  const box = need('#transfer-noted', HTMLElement);
  if (!note || box.dataset.note === note) return;
  box.dataset.note = note;
  need('.stage__words', HTMLElement, box).textContent = word('transfer-note', { note });
  box.hidden = false;
  need('#transfer-noted-close', HTMLButtonElement).onclick = () => {
    box.hidden = true;
    need('#microphone', HTMLButtonElement).focus();
  };
}
