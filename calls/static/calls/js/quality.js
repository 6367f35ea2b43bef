/**
 * How good the picture and the sound are, from one getStats a second. DOM-free.
 *
 * Single samples jump between levels, so a verdict looks at the last few together.
 */

const KEEP = 5;
const NEEDED = 3;
const FROZEN = 2000;

/** @typedef {'none' | 'poor' | 'fair' | 'good'} Level */
/** @typedef {{level: Level, side: 'ours' | 'theirs' | null}} Verdict */
/**
 * @typedef {object} Sample
 * @property {number} at milliseconds
 * @property {number} frames decoded so far
 * @property {number} bytes received so far
 * @property {number} lost packets so far
 * @property {number} received packets so far
 * @property {number} freezes so far
 * @property {number | null} trip round trip, seconds
 * @property {number} jitter seconds
 * @property {number} farLoss share of our packets the other side lost
 * @property {string} limit what holds our picture back: none, bandwidth, cpu, other
 * @property {{local: string, remote: string} | null} pair candidate types of the path
 */

/**
 * @param {Map<string, any>} report
 * @param {number} at
 * @returns {Sample}
 */
export function sampleOf(report, at) {
  /** @type {Sample} */
  const sample = {
    at,
    frames: 0,
    bytes: 0,
    lost: 0,
    received: 0,
    freezes: 0,
    trip: null,
    jitter: 0,
    farLoss: 0,
    limit: 'none',
    pair: null,
  };
  for (const entry of report.values()) READERS[entry.type]?.(sample, entry, report);
  return sample;
}

/** @type {Record<string, (sample: Sample, entry: any, report: Map<string, any>) => void>} */
const READERS = {
  'inbound-rtp': (sample, entry) => {
    sample.bytes += entry.bytesReceived ?? 0;
    sample.lost += entry.packetsLost ?? 0;
    sample.received += entry.packetsReceived ?? 0;
    sample.jitter = Math.max(sample.jitter, entry.jitter ?? 0);
    if (entry.kind !== 'video') return;
    sample.frames += entry.framesDecoded ?? 0;
    sample.freezes += entry.freezeCount ?? 0;
  },
  'outbound-rtp': (sample, entry) => {
    if (entry.kind === 'video') sample.limit = entry.qualityLimitationReason ?? 'none';
  },
  'remote-inbound-rtp': (sample, entry) => {
    sample.farLoss = Math.max(sample.farLoss, entry.fractionLost ?? 0);
  },
  transport: (sample, entry, report) => {
    const pair = report.get(entry.selectedCandidatePairId);
    if (!pair) return;
    sample.trip = pair.currentRoundTripTime ?? null;
    sample.pair = {
      local: report.get(pair.localCandidateId)?.candidateType ?? '',
      remote: report.get(pair.remoteCandidateId)?.candidateType ?? '',
    };
  },
};

export class QualityMeter {
  /** @type {Sample[]} */
  #samples = [];
  #movedAt = 0;

  /** A new connection counts from zero. */
  reset() {
    this.#samples = [];
    this.#movedAt = 0;
  }

  /**
   * @param {Sample} sample
   * @param {boolean} picture whether the other side sends a picture at all
   * @returns {Verdict}
   */
  add(sample, picture) {
    const last = this.#samples.at(-1);
    if (last && sample.bytes < last.bytes) this.reset();
    if (!picture || !last || sample.frames > last.frames) this.#movedAt = sample.at;
    this.#samples.push(sample);
    if (this.#samples.length > KEEP) this.#samples.shift();
    return this.#verdict();
  }

  /** @returns {Verdict} */
  #verdict() {
    const first = this.#samples[0];
    const last = this.#samples[this.#samples.length - 1];
    if (!first || !last?.pair || this.#samples.length < NEEDED)
      return { level: 'none', side: null };
    const lost = last.lost - first.lost;
    const all = lost + last.received - first.received;
    const loss = all > 0 ? lost / all : 0;
    const trip = mean(this.#samples.map((sample) => sample.trip ?? 0));
    const jitter = mean(this.#samples.map((sample) => sample.jitter));
    const far = mean(this.#samples.map((sample) => sample.farLoss));
    const frozen = last.at - this.#movedAt >= FROZEN;
    const froze = last.freezes > first.freezes;
    const side = far > loss || last.limit === 'bandwidth' ? 'ours' : 'theirs';
    if (frozen || Math.max(loss, far) > 0.08 || trip > 0.6) return { level: 'poor', side };
    const uneven = froze || jitter > 0.05 || last.limit === 'bandwidth';
    if (uneven || Math.max(loss, far) > 0.03 || trip > 0.3) return { level: 'fair', side };
    return { level: 'good', side: null };
  }
}

/** @param {number[]} values */
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
