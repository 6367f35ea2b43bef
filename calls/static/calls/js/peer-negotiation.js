/**
 * Perfect negotiation (webrtc-pc, 10.7) on one RTCPeerConnection, DOM-free.
 *
 * Only the caller makes the first offer: first offers that collide can leave Chromium's polite
 * side without a single candidate. The callee attaches its tracks after applying that offer and
 * before its answer. Both directions are negotiated once with a place for sound and a place for
 * a picture, so turning the camera off and on later needs no new offer.
 *
 * Events: `track` (detail: MediaStreamTrack), `state` (detail: connection state), `stuck`,
 * `fault` (detail: the error; the call goes on).
 */

import { ConnectionWatch } from './connection-watch.js';

/** @typedef {'audio' | 'video'} Kind */
/**
 * @typedef {object} Parts
 * @property {RTCPeerConnection} connection
 * @property {boolean} caller makes the first offer
 * @property {boolean} polite gives way when offers collide
 * @property {(kind: Kind) => MediaStreamTrack | null} track what we send now
 * @property {(type: string, data: object) => void} send to the other side
 * @property {() => RTCConfiguration} config servers and the newest login
 * @property {() => Promise<RTCConfiguration>} refresh fresh relay credentials
 * @property {{after: (ms: number, run: () => void) => () => void}} clock
 */

export class PeerNegotiation extends EventTarget {
  #making = false;
  #ignoring = false;
  #attached = false;
  #restarting = false;
  #closed = false;
  #chain = Promise.resolve();
  /** @type {(RTCIceCandidateInit | null)[]} */
  #early = [];

  /** @param {Parts} parts */
  constructor(parts) {
    super();
    this.parts = parts;
    const { connection } = parts;
    this.connection = connection;
    this.watch = new ConnectionWatch(connection, {
      clock: parts.clock,
      restart: () => this.restart(),
      stuck: () => this.#emit('stuck'),
    });
    connection.onnegotiationneeded = () => this.#negotiate();
    connection.onicecandidate = ({ candidate }) => {
      parts.send('signal.trickle', { candidate: candidate?.candidate ? candidate.toJSON() : null });
    };
    connection.ontrack = ({ track }) => this.#emit('track', track);
    connection.onconnectionstatechange = () => this.#stateChanged();
    connection.oniceconnectionstatechange = () => this.watch.iceChanged();
  }

  /** The caller's first offer; later calls do nothing. */
  begin() {
    if (!this.parts.caller || this.#attached) return;
    this.#attached = true;
    for (const kind of /** @type {Kind[]} */ (['audio', 'video'])) {
      this.connection.addTransceiver(this.parts.track(kind) ?? kind, { direction: 'sendrecv' });
    }
  }

  /** @param {RTCSessionDescriptionInit} description from the other side */
  described(description) {
    return this.#inTurn(() => this.#apply(description));
  }

  /** @param {RTCIceCandidateInit | null} candidate from the other side */
  trickled(candidate) {
    return this.#inTurn(() => this.#addCandidate(candidate));
  }

  /**
   * Send another track, or none, in the place of this kind.
   * @param {Kind} kind
   * @param {MediaStreamTrack | null} track
   */
  async replace(kind, track) {
    const place = this.connection.getTransceivers().find((one) => one.receiver.track.kind === kind);
    await place?.sender.replaceTrack(track);
  }

  /** Signalling works again: repeat what may be lost, look whether media still flows. */
  async signallingBack() {
    if (this.connection.signalingState === 'have-local-offer') this.#describe();
    await this.watch.look();
  }

  /** Find a new path with fresh relay credentials; the picture stays until it is found. */
  async restart() {
    if (this.#restarting || this.#closed) return;
    this.#restarting = true;
    try {
      this.connection.setConfiguration(await this.parts.refresh());
    } catch {
      // without fresh credentials the old ones are still worth a try
    }
    this.#restarting = false;
    if (!this.#closed) this.connection.restartIce();
  }

  close() {
    this.#closed = true;
    this.watch.stop();
    const { connection } = this;
    connection.onnegotiationneeded = null;
    connection.onicecandidate = null;
    connection.ontrack = null;
    connection.onconnectionstatechange = null;
    connection.oniceconnectionstatechange = null;
    connection.close();
  }

  async #negotiate() {
    if (!this.parts.caller && !this.connection.remoteDescription) return;
    this.#making = true;
    try {
      await this.connection.setLocalDescription();
      this.#describe();
    } catch {
      if (!this.#closed) this.#emit('stuck');
    } finally {
      this.#making = false;
    }
  }

  /** @param {RTCSessionDescriptionInit} description */
  async #apply(description) {
    const { connection } = this;
    const free = !this.#making && connection.signalingState === 'stable';
    const collision = description.type === 'offer' && !free;
    this.#ignoring = collision && !this.parts.polite;
    const repeated = description.type === 'answer' && connection.signalingState === 'stable';
    if (this.#ignoring || repeated) return;
    // The other side may seek a new path: ours is sought with the login of now, not of the start.
    if (description.type === 'offer') connection.setConfiguration(this.parts.config());
    await connection.setRemoteDescription(description);
    for (const candidate of this.#early.splice(0)) await this.#addCandidate(candidate);
    if (description.type === 'offer') {
      await this.#attach();
      await connection.setLocalDescription();
      this.#describe();
    }
    this.watch.expectConnection();
  }

  /** The callee's tracks go into the places the first offer made. */
  async #attach() {
    if (this.#attached) return;
    this.#attached = true;
    for (const place of this.connection.getTransceivers()) {
      const kind = /** @type {Kind} */ (place.receiver.track.kind);
      place.direction = 'sendrecv';
      await place.sender.replaceTrack(this.parts.track(kind));
    }
  }

  /** @param {RTCIceCandidateInit | null} candidate */
  async #addCandidate(candidate) {
    if (!this.connection.remoteDescription) {
      this.#early.push(candidate);
      return;
    }
    try {
      await this.connection.addIceCandidate(candidate ?? undefined);
    } catch (error) {
      if (!this.#ignoring) this.#emit('fault', error);
    }
  }

  /** @param {() => Promise<void>} step one at a time, in the order of arrival */
  #inTurn(step) {
    this.#chain = this.#chain.then(async () => {
      try {
        if (!this.#closed) await step();
      } catch {
        if (!this.#closed) this.#emit('stuck');
      }
    });
    return this.#chain;
  }

  #describe() {
    const { type, sdp } = this.connection.localDescription ?? {};
    if (type && !this.#closed) this.parts.send('signal.describe', { description: { type, sdp } });
  }

  #stateChanged() {
    this.watch.stateChanged();
    this.#emit('state', this.connection.connectionState);
  }

  /**
   * @param {string} type
   * @param {unknown} [detail]
   */
  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
