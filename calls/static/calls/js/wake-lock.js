/**
 * Keep the screen on during a call; a browser that refuses is left in peace.
 */

let wanted = false;
/** @type {WakeLockSentinel | null} */
let lock = null;

async function take() {
  if (!wanted || document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
  try {
    lock = await navigator.wakeLock.request('screen');
  } catch {
    lock = null; // battery saver, no permission: the call goes on all the same
  }
}

/** @param {boolean} on */
export async function keepAwake(on) {
  if (wanted === on) return;
  wanted = on;
  if (on) await take();
  else await lock?.release();
}

document.addEventListener('visibilitychange', take);
