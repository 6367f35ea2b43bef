/**
 * The media path of one call over all its generations: starts the negotiation when the other
 * side is there, passes signals on, drops stale ones, and builds the connection anew when the
 * server raises the generation. DOM-free.
 *
 * Events: `track` (MediaStreamTrack), `state` (connection state), `rebuilt`, `fault` (error).
 */

import { IceKeeper } from './ice-keeper.js';
import { PeerNegotiation } from './peer-negotiation.js';

/** @typedef {import('./peer-negotiation.js').Kind} Kind */
/** @typedef {{type: string, [key: string]: any}} Frame */
/** @typedef {import('./ice-keeper.js').Ice} Ice */
/**
 * @typedef {object} Signals
 * @property {(type: string, data?: Record<string, unknown>, options?: {survive?: boolean}) => Promise<Frame>} request
 * @property {(type: string, run: (frame: Frame) => void) => () => void} on
 */
/**
 * @typedef {object} Parts
 * @property {'customer' | 'merchant'} role
 * @property {Signals} socket
 * @property {import('./connection-watch.js').Timer} clock
 * @property {(kind: Kind) => MediaStreamTrack | null} track
 * @property {(config: RTCConfiguration) => RTCPeerConnection} connect
 */

export class PeerLink extends EventTarget {
  /** @type {PeerNegotiation | null} */
  #negotiation = null;
  #peerPresent = false;
  #ended = false;
  generation = 0;

  /** @param {Parts} parts */
  constructor(parts) {
    super();
    this.parts = parts;
    const { socket } = parts;
    this.ice = new IceKeeper(parts);
    socket.on('signal.described', (frame) => this.#on(frame)?.described(frame.description));
    socket.on('signal.trickled', (frame) => this.#on(frame)?.trickled(frame.candidate));
    socket.on('signal.restarted', (frame) => this.#build(frame.generation));
    socket.on('peer.joined', () => this.#peerJoined());
    socket.on('peer.left', () => {
      this.#peerPresent = false;
    });
  }

  /** The connection of this generation, if there is one. */
  get connection() {
    return this.#negotiation?.connection ?? null;
  }

  /**
   * Take over what a snapshot says: on joining, and after every gap.
   * @param {{generation: number, ice: Ice, peer_present: boolean}} snapshot
   */
  learn(snapshot) {
    this.ice.learn(snapshot.ice);
    this.#peerPresent = snapshot.peer_present;
    if (this.#negotiation && snapshot.generation > this.generation) {
      this.#build(snapshot.generation);
    } else {
      this.generation = Math.max(this.generation, snapshot.generation);
      if (this.#peerPresent) this.#negotiation?.begin();
      this.#negotiation?.signallingBack();
    }
  }

  /** The call is accepted: media may flow. */
  start() {
    if (!this.#negotiation) this.#build(this.generation);
  }

  /** This page is new in a call that had media before: both sides begin afresh. */
  async startAnew() {
    await this.#renew();
    this.start();
  }

  /**
   * Somebody else is at the other side now: nothing of the connection before is of use.
   * @param {number} generation
   */
  moveOn(generation) {
    this.#peerPresent = false;
    this.#build(generation);
  }

  /**
   * @param {Kind} kind
   * @param {MediaStreamTrack | null} track
   */
  async replace(kind, track) {
    await this.#negotiation?.replace(kind, track);
  }

  /** The call is over; whatever still arrives is dropped. */
  close() {
    this.#ended = true;
    this.ice.stop();
    this.#drop();
  }

  #drop() {
    this.#negotiation?.close();
    this.#negotiation = null;
  }

  #peerJoined() {
    this.#peerPresent = true;
    this.#negotiation?.begin();
    this.#negotiation?.signallingBack();
  }

  /**
   * The negotiation a signal belongs to; nothing for a stale one.
   * @param {Frame} frame
   */
  #on(frame) {
    if (frame.generation < this.generation) return null;
    if (frame.generation > this.generation || !this.#negotiation) this.#build(frame.generation);
    return this.#negotiation;
  }

  /** @param {number} generation */
  #build(generation) {
    const known = this.#negotiation && generation <= this.generation;
    if (this.#ended || known || generation < this.generation) return;
    this.#drop();
    this.generation = generation;
    const caller = this.parts.role === 'customer';
    const negotiation = new PeerNegotiation({
      connection: this.parts.connect(this.ice.config),
      caller,
      polite: caller,
      clock: this.parts.clock,
      track: this.parts.track,
      send: (type, data) => this.#send(type, { ...data, generation }),
      config: () => this.ice.config,
      refresh: () => this.ice.refresh(),
    });
    this.#negotiation = negotiation;
    for (const type of ['track', 'state', 'fault']) {
      negotiation.addEventListener(type, (event) => this.#pass(event, negotiation));
    }
    negotiation.addEventListener('stuck', () => this.#renew());
    this.dispatchEvent(new CustomEvent('rebuilt', { detail: generation }));
    if (this.#peerPresent) negotiation.begin();
  }

  /**
   * @param {Event} event
   * @param {PeerNegotiation} from
   */
  #pass(event, from) {
    if (from !== this.#negotiation) return;
    const { detail } = /** @type {CustomEvent} */ (event);
    this.dispatchEvent(new CustomEvent(event.type, { detail }));
  }

  /** Ask the server for a new generation; a refusal means that somebody was faster. */
  async #renew() {
    try {
      const reply = await this.parts.socket.request('signal.restart', {
        generation: this.generation,
      });
      this.#build(reply.generation ?? this.generation);
    } catch (error) {
      this.#fault(error);
    }
  }

  /**
   * @param {string} type
   * @param {Record<string, unknown>} data
   */
  #send(type, data) {
    const sent = this.parts.socket.request(type, data, { survive: true });
    sent.catch((error) => this.#fault(error));
  }

  /** @param {unknown} error worth knowing as long as the call goes on */
  #fault(error) {
    if (!this.#ended) this.dispatchEvent(new CustomEvent('fault', { detail: error }));
  }
}
