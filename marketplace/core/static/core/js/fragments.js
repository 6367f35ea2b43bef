/**
 * Parts of a page the server renders anew: every element with an id and the given mark is fetched
 * with the page and replaced where the server wrote something else. The focus stays where it was:
 * on the same element by id, or on the part itself when that is gone.
 */

/** @typedef {'data-fragment' | 'data-live-fragment'} FragmentMark */

/**
 * Each part as the server last wrote it: other scripts may have added to it since.
 * @type {Map<string, string>}
 */
const written = new Map();
for (const part of document.querySelectorAll('[data-fragment][id], [data-live-fragment][id]')) {
  written.set(part.id, part.innerHTML);
}

/**
 * @param {FragmentMark} mark attribute of the parts
 * @param {{evenFocused?: boolean}} [options] whether a part that has the focus is replaced too
 * @returns {Promise<string[]>} the ids of what was replaced
 */
export async function renewFragments(mark, { evenFocused = false } = {}) {
  const parts = [...document.querySelectorAll(`[${mark}][id]`)];
  if (document.hidden || parts.length === 0) return [];
  const page = await fetchPage();
  const renewed = [];
  for (const part of parts) {
    const fresh = page?.getElementById(part.id);
    if (!fresh || fresh.innerHTML === written.get(part.id)) continue;
    if (!evenFocused && part.contains(document.activeElement)) continue;
    written.set(part.id, fresh.innerHTML);
    replace(part, fresh);
    renewed.push(part.id);
  }
  return renewed;
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

/**
 * @param {Element} part
 * @param {Element} fresh
 */
function replace(part, fresh) {
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  const id = focused?.id ?? '';
  part.replaceChildren(...document.adoptNode(fresh).childNodes);
  if (!focused) return;
  const again = id ? document.getElementById(id) : null;
  const next = again ?? part.querySelector('[tabindex="-1"]');
  if (next instanceof HTMLElement) next.focus({ preventScroll: true });
}
