/**
 * What may go wrong when a camera or microphone is asked for, as codes the page has words for.
 */

/** @typedef {'audio' | 'video'} Kind */
/** @typedef {'denied' | 'dismissed' | 'missing' | 'busy' | 'overconstrained' | 'insecure' | 'broken'} Code */
/** @typedef {{code: Code, kinds: Kind[]}} Problem */
/**
 * @typedef {object} Wishes
 * @property {string} [microphone] device id
 * @property {string} [camera] device id
 * @property {'user' | 'environment'} [facing]
 * @property {{width: number, height: number, rate: number}} [size]
 */

/** @type {Record<string, Code>} */
const CODES = {
  NotFoundError: 'missing',
  DevicesNotFoundError: 'missing',
  NotReadableError: 'busy',
  TrackStartError: 'busy',
  AbortError: 'busy',
  OverconstrainedError: 'overconstrained',
  TypeError: 'insecure',
  SecurityError: 'denied',
};

/**
 * Both, then sound alone, then a picture alone; without a wish for a picture only sound.
 * @param {boolean} camera
 * @returns {Kind[][]}
 */
export function capturePlan(camera) {
  return camera ? [['audio', 'video'], ['audio'], ['video']] : [['audio']];
}

/**
 * @param {Kind[]} kinds
 * @param {Wishes} wishes
 * @returns {MediaStreamConstraints}
 */
export function constraintsFor(kinds, wishes) {
  const { width, height, rate } = wishes.size ?? { width: 640, height: 480, rate: 30 };
  /** @type {MediaTrackConstraints} */
  const video = { width: { ideal: width }, height: { ideal: height }, frameRate: { max: rate } };
  if (wishes.camera) video.deviceId = { exact: wishes.camera };
  else video.facingMode = { ideal: wishes.facing ?? 'user' };
  const audio = wishes.microphone ? { deviceId: { exact: wishes.microphone } } : true;
  return {
    audio: kinds.includes('audio') && audio,
    video: kinds.includes('video') && video,
  };
}

/**
 * Put an error of getUserMedia into a code; a refused question and one that was only closed
 * have the same name, the permission tells them apart.
 * @param {unknown} error
 * @param {Kind[]} kinds
 * @param {Permissions} [permissions]
 * @returns {Promise<Problem>}
 */
export async function problemOf(error, kinds, permissions) {
  const name = error instanceof Error ? error.name : String(Reflect.get(Object(error), 'name'));
  if (name !== 'NotAllowedError') return { code: CODES[name] ?? 'broken', kinds };
  const states = await statesOf(permissions);
  const closed = kinds.every((kind) => states[kind] === 'prompt');
  return { code: closed ? 'dismissed' : 'denied', kinds };
}

/**
 * @param {Permissions} [permissions]
 * @returns {Promise<Kind[]>} what the person has refused for this site
 */
export async function deniedKinds(permissions) {
  const states = await statesOf(permissions);
  return /** @type {Kind[]} */ (['audio', 'video']).filter((kind) => states[kind] === 'denied');
}

/**
 * @param {Permissions} [permissions]
 * @returns {Promise<Record<Kind, string>>} `unknown` where the browser does not say
 */
async function statesOf(permissions) {
  const ask = async (/** @type {string} */ name) => {
    try {
      const asked = /** @type {PermissionDescriptor} */ ({ name: /** @type {any} */ (name) });
      return (await permissions?.query(asked))?.state ?? 'unknown';
    } catch {
      return 'unknown';
    }
  };
  return { audio: await ask('microphone'), video: await ask('camera') };
}
