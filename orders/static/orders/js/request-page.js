// Page entry: the customer's request to be called back. Rings when somebody is ready.
import { Ringer } from '../../calls/js/ringer.js';
import { word } from '../../core/js/words.js';
import { pageStore } from './page-store.js';
import { fill, part } from './parts.js';
import { asking } from './problem.js';
import { ReleaseControls } from './release-controls.js';
import { RequestAsked } from './request-asked.js';
import { mountRequestForm } from './request-form.js';
import { followStand } from './request-live.js';
import { becameReady } from './request-stand.js';

/** A page nobody looks at stops by itself; title and words stay. */
const RING_FOR = 30_000;

const ringer = new Ringer();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let silence;

/** @param {string} name of the member */
function ring(name) {
  ringer.start({
    title: word('request.ready-title', { name }),
    body: word('request.ready-body'),
  });
  clearTimeout(silence);
  silence = setTimeout(() => ringer.stop(), RING_FOR);
}

/** Browsers allow sound after a touch only; a touch while it rings has heard it. */
function touched() {
  if (silence !== undefined) {
    clearTimeout(silence);
    silence = undefined;
    ringer.stop();
  }
  ringer.unlock();
}

/** @param {HTMLElement} root */
function follow(root) {
  followStand(root, (now, before) => {
    const news = part(root, 'news');
    if (now.ready && becameReady(before, now)) {
      news.textContent = word('request.ready', { name: now.ready.member });
      ring(now.ready.member);
      // it takes the focus only from nobody
      if (document.activeElement === document.body)
        document.getElementById('request-call')?.focus();
    }
    if (before?.state === 'ready' && now.state !== 'ready') {
      ringer.stop();
      if (now.state === 'waiting') news.textContent = word('request.over');
    }
  });
}

for (const root of document.querySelectorAll('[data-request-page]')) {
  follow(/** @type {HTMLElement} */ (root));
}
for (const found of document.querySelectorAll('[data-request-form]')) {
  const root = /** @type {HTMLElement} */ (found);
  const { sync, request } = mountRequestForm(root);
  const store = pageStore('localStorage', 'choices');
  const name = root.dataset.merchant ?? '';
  // the same choice as in a call, without a button to send
  new ReleaseControls(root, sync, { name, store, modes: ['live', 'leave'] });
  const ask = asking(request, (words) => fill(part(root, 'request-problem'), words));
  new RequestAsked(root, sync, { ask, name, store });
}
document.addEventListener('pointerdown', touched);
document.addEventListener('keydown', touched);
