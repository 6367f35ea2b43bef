/**
 * Whether this desk is reachable: the switch, the endpoint at the server, the device's name.
 */

import { need } from '../../core/js/dom.js';

/**
 * @typedef {object} Parts
 * @property {import('../../core/js/socket-client.js').SocketClient} socket
 * @property {import('./desk-device.js').DeskDevice} device
 * @property {import('./desk-view.js').DeskView} view
 * @property {import('./ringer.js').Ringer} ringer
 * @property {import('./ring-check.js').RingCheck} check
 * @property {() => void} freshen the list of desks has changed
 */

export class DeskPresence {
  #switch = need('#reachable', HTMLInputElement);
  #name = need('#device-name', HTMLInputElement);
  #registered = false;

  /** @param {Parts} parts */
  constructor(parts) {
    this.parts = parts;
    const { socket } = parts;
    socket.on('desk.snapshot', (frame) => this.#learn(frame));
    socket.addEventListener('open', () => this.#show());
    socket.addEventListener('down', () => this.#set(false));
    this.#switch.addEventListener('change', () => {
      if (this.#switch.checked) this.#goOnline();
      else this.#goOffline();
    });
    this.#name.addEventListener('change', () => this.#rename());
  }

  /** Until here a tap would have been lost, so the switch comes disabled. */
  begin() {
    const { device, ringer, view } = this.parts;
    this.#switch.disabled = false;
    this.#showName();
    this.#show();
    if (device.wanted) ringer.unlock().then((heard) => view.showSoundLocked(!heard));
  }

  /** Be reachable, as answering needs it. */
  async ensure() {
    if (this.#registered) return;
    this.parts.device.wanted = true;
    await this.#register();
  }

  /** From a click: the browser gives sound and asks about notifications only then. */
  async #goOnline() {
    const { check, device, ringer, view } = this.parts;
    device.wanted = true;
    this.#show();
    const asked = check.askForNotifications();
    view.showSoundLocked(!(await ringer.unlock()));
    await Promise.all([this.#register(), check.ringIfUnheard(), asked]);
  }

  async #goOffline() {
    const { check, device, freshen, socket } = this.parts;
    device.wanted = false;
    this.#set(false);
    check.hide();
    await socket.request('desk.go_offline').catch(() => {});
    freshen();
  }

  async #register() {
    const { device, freshen, socket, view } = this.parts;
    if (!device.wanted) return;
    try {
      const reply = await socket.request('desk.go_online', { device: device.name });
      view.showMode(reply.mode, reply.mode_reason ?? '');
      view.markThisDevice(reply.endpoint);
      this.#set(true);
      freshen();
    } catch (error) {
      if (socket.isOpen) {
        device.wanted = false;
        view.toast(error instanceof Error ? error.message : '');
      }
      this.#set(false);
    }
  }

  /** @param {import('../../core/js/socket-client.js').Frame} frame */
  #learn(frame) {
    const { view } = this.parts;
    view.showMode(frame.mode, frame.mode_reason ?? '');
    view.markThisDevice(frame.endpoint ?? '');
    this.#set(Boolean(frame.endpoint));
    if (!this.#registered) this.#register();
  }

  /** A desk that is online goes online once more, so that colleagues read the new name. */
  #rename() {
    this.parts.device.name = this.#name.value;
    this.#showName();
    if (this.#registered) this.#register();
  }

  #showName() {
    const { name } = this.parts.device;
    this.#name.value = name;
    need('[data-device-name]', HTMLElement).textContent = name;
  }

  /** @param {boolean} registered */
  #set(registered) {
    this.#registered = registered;
    this.#show();
  }

  #show() {
    const { device, socket, view } = this.parts;
    if (!device.wanted) view.showReachable(false, 'offline');
    else if (!socket.isOpen) view.showReachable(true, 'cut');
    else view.showReachable(true, this.#registered ? 'reachable' : 'joining');
  }
}
