/**
 * Keeps parts of a page fresh without a socket: every part marked `data-live-fragment` (with an
 * id) is fetched anew now and then and replaced when it differs. Nothing is replaced while the
 * page is hidden or while the focus is inside the part.
 */

const PAUSE_MS = 15_000;

/** @returns {HTMLElement[]} */
function parts() {
  return [...document.querySelectorAll('[data-live-fragment][id]')].filter(
    (part) => part instanceof HTMLElement,
  );
}

/** @returns {Promise<Document | null>} */
async function fetchPage() {
  try {
    const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
    if (!answer.ok || answer.redirected) return null;
    return new DOMParser().parseFromString(await answer.text(), 'text/html');
  } catch {
    return null; // offline: the next turn tries again
  }
}

async function refresh() {
  if (document.hidden || parts().length === 0) return;
  const page = await fetchPage();
  if (!page) return;
  for (const part of parts()) {
    const fresh = page.getElementById(part.id);
    const unchanged = fresh?.innerHTML === part.innerHTML;
    if (!fresh || unchanged || part.contains(document.activeElement)) continue;
    part.replaceChildren(...document.adoptNode(fresh).childNodes);
  }
}

setInterval(refresh, PAUSE_MS);
document.addEventListener('visibilitychange', refresh);
