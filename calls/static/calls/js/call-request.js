/**
 * The call request: names the merchant's published address; and what helps after a refusal.
 * DOM-free.
 */

/** @typedef {(url: string, body: unknown) => Promise<any>} Post */
/** @typedef {(url: string) => Promise<any>} Get */
/** @typedef {'request' | 'reload'} Step */
/** @typedef {{code: string, message: string, data: Record<string, any>}} Refusal */

/** What helps after which refusal; where nothing is named, pressing Call once more does. */
/** @type {Record<string, Step[]>} */
const STEPS = {
  storefront_closed: ['request'],
  merchant_unavailable: ['request'],
  merchant_busy: ['request'],
  callback_over: ['request'],
  address_missing: ['reload', 'request'],
  address_malformed: ['reload'],
  address_unknown: ['reload'],
  csrf_failed: ['reload'],
};

/** @param {string} code */
export function stepsAfter(code) {
  return STEPS[code] ?? [];
}

/** @param {unknown} error @returns {Refusal} */
export function refusalOf(error) {
  const { code, message, data } = Object(error);
  return { code: String(code ?? 'failed'), message: String(message ?? ''), data: Object(data) };
}

/**
 * Ask for the call; when the merchant has moved, once more with the new address. A page that was
 * loaded while nobody was at the desk has none and asks for it first.
 * @param {DOMStringMap} wanted merchant, address, page and callback, as on the page
 * @param {string} name
 * @param {{post: Post, get: Get}} server
 * @returns {Promise<{url: string}>}
 */
export async function requestCall(wanted, name, { post, get }) {
  wanted.address ||= (await get(`/api/v1/merchants/${wanted.merchant}/address/`)).address;
  const { merchant, address, page, callback } = wanted;
  const body = { merchant, address, page, name, ...(callback ? { callback } : {}) };
  try {
    return await post('/api/v1/calls/', body);
  } catch (error) {
    const { code, data } = refusalOf(error);
    if (code !== 'address_stale' || !data.address || data.address === address) throw error;
    wanted.address = data.address;
    return await post('/api/v1/calls/', { ...body, address: data.address });
  }
}

/**
 * When it opens again, there and here.
 * @param {string} moment ISO
 * @param {{place: string, own: string | undefined, language: string}} zones
 * @returns {{there: string, here: string}} `here` is empty where both clocks show the same
 */
export function openingTimes(moment, { place, own, language }) {
  const show = (/** @type {string | undefined} */ timeZone) =>
    new Intl.DateTimeFormat(language, {
      ...{ weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
      timeZone,
    }).format(new Date(moment));
  const [there, here] = [show(place), show(own)];
  return { there, here: here === there ? '' : here };
}
