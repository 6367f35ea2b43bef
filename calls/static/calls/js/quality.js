/**
 * How good the picture and the sound are, from one getStats a second. DOM-free.
 *
 * Single samples jump between levels, so a verdict looks at the last few together.
 */

const KEEP = 5;
const NEEDED = 3;
const FROZEN = 2000;
/** Frames a second below which a moving picture is hardly, or not quite, one. */
const FEW = 4;
const UNEVEN = 8;
const POOR = { loss: 0.08, trip: 0.6 };
const FAIR = { loss: 0.03, trip: 0.3, jitter: 0.05 };

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
 * @property {number | null} rate frames a second that arrive; null without a picture
 * @property {number | null} trip round trip, seconds, by the path or by what the other side reports
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
    rate: null,
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
    sample.rate = entry.framesPerSecond ?? null;
  },
  'outbound-rtp': (sample, entry) => {
    if (entry.kind === 'video') sample.limit = entry.qualityLimitationReason ?? 'none';
  },
  'remote-inbound-rtp': (sample, entry) => {
    sample.farLoss = Math.max(sample.farLoss, entry.fractionLost ?? 0);
    sample.trip ??= entry.roundTripTime ?? null;
  },
  transport: (sample, entry, report) => {
    const pair = report.get(entry.selectedCandidatePairId);
    if (!pair) return;
    sample.trip = pair.currentRoundTripTime ?? sample.trip;
    sample.pair = {
      local: report.get(pair.localCandidateId)?.candidateType ?? '',
      remote: report.get(pair.remoteCandidateId)?.candidateType ?? '',
    };
  },
};

/** @type {Level[]} */
const WORSE = ['poor', 'fair'];

export class QualityMeter {
  /** @type {Sample[]} */
  #samples = [];
  #movedAt = 0;
  #moving = false;

  /** A new connection counts from zero. */
  reset() {
    this.#samples = [];
    this.#movedAt = 0;
  }

  /**
   * @param {Sample} sample
   * @param {boolean} picture whether the other side sends a moving picture at all
   * @returns {Verdict}
   */
  add(sample, picture) {
    const last = this.#samples.at(-1);
    this.#moving = picture;
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
    const [ours, theirs] = [this.#sent(last), this.#arrived(first, last)];
    const way = this.#way();
    const worst = WORSE.find((level) => [ours, theirs, way].includes(level)) ?? 'good';
    if (worst === 'good') return { level: 'good', side: null };
    // a long way is nobody's; what leaves here badly is ours, even if more comes badly as well
    const side = ours === worst ? 'ours' : 'theirs';
    return { level: worst, side: ours === worst || theirs === worst ? side : null };
  }

  /**
   * How our own side leaves: what the other side loses of it, what holds the picture back.
   * @param {Sample} last
   * @returns {Level}
   */
  #sent(last) {
    const loss = mean(this.#samples.map((sample) => sample.farLoss));
    const held = this.#samples.filter(({ limit }) => limit === 'bandwidth').length;
    if (loss > POOR.loss) return 'poor';
    if (loss > FAIR.loss || last.limit === 'bandwidth' || held >= NEEDED) return 'fair';
    return 'good';
  }

  /**
   * How the other side arrives.
   * @param {Sample} first
   * @param {Sample} last
   * @returns {Level}
   */
  #arrived(first, last) {
    const lost = last.lost - first.lost;
    const all = lost + last.received - first.received;
    const loss = all > 0 ? lost / all : 0;
    const rate = this.#rate();
    const frozen = last.at - this.#movedAt >= FROZEN;
    if (frozen || loss > POOR.loss || rate < FEW) return 'poor';
    const jitter = mean(this.#samples.map((sample) => sample.jitter));
    const froze = last.freezes > first.freezes;
    return froze || loss > FAIR.loss || jitter > FAIR.jitter || rate < UNEVEN ? 'fair' : 'good';
  }

  /** Frames a second over the last samples; a still picture is not measured. */
  #rate() {
    const rates = this.#samples.flatMap(({ rate }) => (rate === null ? [] : [rate]));
    const measured = this.#moving && rates.length >= NEEDED;
    return measured ? mean(rates) : Number.POSITIVE_INFINITY;
  }

  /** @returns {Level} how far it is */
  #way() {
    const trip = mean(this.#samples.map((sample) => sample.trip ?? 0));
    if (trip > POOR.trip) return 'poor';
    return trip > FAIR.trip ? 'fair' : 'good';
  }
}

/** @param {number[]} values */
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
