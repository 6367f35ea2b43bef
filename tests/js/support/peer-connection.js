/**
 * The signalling half of RTCPeerConnection as far as our code uses it: states, implicit
 * descriptions, rollback, places for media. No media flow; the test plays the network.
 */
export class TestPeerConnection {
  signalingState = 'stable';
  connectionState = 'new';
  iceConnectionState = 'new';
  localDescription = null;
  remoteDescription = null;
  places = [];
  candidates = [];
  restarts = 0;
  bytes = 0;
  closed = false;
  #offers = 0;
  #needed = false;

  constructor(config = {}) {
    this.config = config;
  }

  addTransceiver(trackOrKind, { direction }) {
    const track = typeof trackOrKind === 'string' ? null : trackOrKind;
    this.places.push(place(track?.kind ?? trackOrKind, track, direction));
    this.#needNegotiation();
  }

  getTransceivers() {
    return this.places;
  }

  setConfiguration(config) {
    this.config = config;
  }

  restartIce() {
    this.restarts += 1;
    this.#needNegotiation();
  }

  async setLocalDescription() {
    const type = this.signalingState === 'have-remote-offer' ? 'answer' : 'offer';
    await null;
    this.#offers += 1;
    this.localDescription = { type, sdp: `${type} ${this.#offers}`, places: this.places };
    this.signalingState = type === 'offer' ? 'have-local-offer' : 'stable';
  }

  async setRemoteDescription(description) {
    await null;
    if (description.type === 'answer' && this.signalingState !== 'have-local-offer') {
      throw new Error('InvalidStateError');
    }
    const offer = description.type === 'offer';
    if (offer && !this.places.length) {
      this.places = ['audio', 'video'].map((kind) => place(kind, null, 'recvonly'));
    }
    this.remoteDescription = description;
    this.signalingState = offer ? 'have-remote-offer' : 'stable';
  }

  async addIceCandidate(candidate) {
    if (!this.remoteDescription) throw new Error('InvalidStateError');
    if (candidate?.candidate === 'bad') throw new Error('OperationError');
    this.candidates.push(candidate);
  }

  async getStats() {
    return new Map([['t', { type: 'transport', bytesReceived: this.bytes }]]);
  }

  close() {
    this.closed = true;
  }

  // -- what the network does
  become(connectionState, iceConnectionState = connectionState) {
    this.connectionState = connectionState;
    this.iceConnectionState = iceConnectionState;
    this.oniceconnectionstatechange?.();
    this.onconnectionstatechange?.();
  }

  #needNegotiation() {
    if (this.#needed) return;
    this.#needed = true; // several reasons in one turn are one event, as in the browser
    Promise.resolve().then(() => {
      this.#needed = false;
      if (this.signalingState === 'stable') this.onnegotiationneeded?.();
    });
  }
}

function place(kind, track, direction) {
  const sender = {
    track,
    async replaceTrack(next) {
      sender.track = next;
    },
  };
  return { direction, sender, receiver: { track: { kind } } };
}
