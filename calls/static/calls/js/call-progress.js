/**
 * Where a call stands: joins what the socket says with what the media path does. DOM-free.
 *
 * Event `change`: something a person may see is different; read the fields.
 */

import { isEnded, isTalking, mustStartAnew, phaseOf } from './call-phases.js';

/** @typedef {import('./call-phases.js').Role} Role */
/** @typedef {{type: string, [key: string]: any}} Frame */
/**
 * @typedef {object} Parts
 * @property {Role} role
 * @property {import('./peer-link.js').Signals & EventTarget} socket
 * @property {import('./peer-link.js').PeerLink} link
 * @property {{get: () => boolean, set: () => void}} seen whether this tab showed this call before
 */

const ENDINGS = ['declined', 'missed', 'cancelled', 'ended'];

export class CallProgress extends EventTarget {
  state = '';
  endReason = '';
  endedBy = '';
  connection = 'new';
  connectedBefore = false;
  peerPresent = false;
  online = false;
  stopCode = 0;
  memberName = '';
  ringUntil = '';
  answeredAt = '';
  /** Place and estimate while everybody is busy. @type {import('./queue-words.js').Queue | null} */
  queue = null;
  peerMedia = { microphone: true, camera: true, screen: false, trouble: '' };
  /** Who had the call before, once a colleague has it; on the page of the one before, who has it. */
  handedFrom = '';
  handedTo = '';
  /** Whom the other side asks to take over, as long as that is open. */
  handingTo = '';
  #started = false;

  /** @param {Parts} parts */
  constructor(parts) {
    super();
    this.parts = parts;
    const { socket, link } = parts;
    socket.on('call.snapshot', (frame) => this.#learn(frame));
    socket.on('call.queued', (frame) => this.#waiting('queued', frame));
    socket.on('call.rang', (frame) => this.#waiting('ringing', frame));
    socket.on('call.accepted', (frame) => this.#accepted(frame));
    for (const ending of ENDINGS) socket.on(`call.${ending}`, (frame) => this.#ended(frame));
    socket.on('peer.joined', () => this.#set({ peerPresent: true }));
    socket.on('peer.left', () => this.#set({ peerPresent: false }));
    socket.on('media.changed', ({ microphone, camera, screen = false, trouble = '' }) => {
      this.#set({ peerMedia: { microphone, camera, screen, trouble } });
    });
    socket.on('transfer.offered', ({ to }) => this.#set({ handingTo: to ?? '' }));
    socket.on('transfer.closed', () => this.#set({ handingTo: '' }));
    socket.on('call.transferred', (frame) => this.#transferred(frame));
    socket.addEventListener('open', () => this.#set({ online: true }));
    socket.addEventListener('down', () => this.#set({ online: false }));
    socket.addEventListener('stopped', (event) => this.#stopped(event));
    link.addEventListener('rebuilt', () => this.#set({ connection: 'new' }));
    link.addEventListener('state', (event) => this.#mediaState(event));
  }

  get phase() {
    return phaseOf(this);
  }

  /** Words the server uses for this call, for other parts of the page. */
  get summary() {
    return { state: this.state, phase: this.phase, role: this.parts.role, reason: this.endReason };
  }

  /** @param {Frame} snapshot */
  #learn(snapshot) {
    const first = this.state === '';
    this.parts.link.learn(/** @type {any} */ (snapshot));
    this.#set({
      state: snapshot.state,
      peerPresent: snapshot.peer_present,
      memberName: snapshot.member_name ?? this.memberName,
      ringUntil: snapshot.ring_until ?? '',
      answeredAt: snapshot.answered_at ?? '',
      queue: snapshot.queue ?? null,
      endReason: snapshot.end_reason ?? '',
      endedBy: snapshot.ended_by ?? '',
    });
    this.#startMedia(first && mustStartAnew(this.parts.role, this.state, this.parts.seen.get()));
    if (isTalking(this.state)) this.parts.seen.set();
  }

  /**
   * The customer waits for somebody to become free, or it has begun to ring.
   * @param {'queued' | 'ringing'} state
   * @param {Frame} frame
   */
  #waiting(state, { position, estimate_seconds = null, ring_until: ringUntil = this.ringUntil }) {
    if (isEnded(this.state) || isTalking(this.state)) return;
    this.#set({ state, ringUntil, queue: position ? { position, estimate_seconds } : null });
  }

  /** @param {Frame} frame */
  #accepted(frame) {
    if (isEnded(this.state)) return;
    const answeredAt = frame.answered_at ?? new Date().toISOString();
    const state = this.state === 'live' ? 'live' : 'accepted';
    this.#set({ state, memberName: frame.member_name ?? '', answeredAt });
    this.parts.seen.set();
    this.#startMedia(false);
  }

  /** @param {Frame} frame a colleague has the call now, with a connection of their own */
  #transferred({ member_name: name = '', generation }) {
    const customer = this.parts.role === 'customer';
    const handed = customer
      ? { handedFrom: this.memberName, memberName: name }
      : { handedTo: name };
    const media = { connection: 'new', connectedBefore: false, peerPresent: false };
    this.#set({ ...handed, ...media, handingTo: '' });
    if (customer) this.parts.link.moveOn(generation);
  }

  /** @param {Frame} frame */
  #ended(frame) {
    const named = frame.type.replace('call.', '');
    const state = frame.state ?? (named === 'ended' ? 'completed' : named);
    this.parts.link.close();
    this.#set({ state, endReason: frame.reason ?? '', endedBy: frame.by ?? '' });
  }

  /** @param {boolean} anew */
  #startMedia(anew) {
    if (isEnded(this.state)) this.parts.link.close();
    if (!isTalking(this.state) || this.#started) return;
    this.#started = true;
    if (anew) this.parts.link.startAnew();
    else this.parts.link.start();
  }

  /** @param {Event} event */
  #mediaState(event) {
    const connection = /** @type {CustomEvent} */ (event).detail;
    const connectedBefore = this.connectedBefore || connection === 'connected';
    this.#set({ connection, connectedBefore });
    if (connection !== 'connected' || this.state !== 'accepted') return;
    this.state = 'live';
    this.parts.socket.request('call.connected', {}, { survive: true }).catch(() => {});
    this.#set({});
  }

  /** @param {Event} event */
  #stopped(event) {
    this.parts.link.close();
    this.#set({ stopCode: /** @type {CustomEvent} */ (event).detail.code, online: false });
  }

  /** @param {Partial<CallProgress>} changes */
  #set(changes) {
    Object.assign(this, changes);
    this.dispatchEvent(new CustomEvent('change'));
  }
}
