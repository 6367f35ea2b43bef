// Inside the panel document: mounts Stripe's embedded checkout with the secret the page around it
// sends, and tells that page how far it is. Stripe.js itself is a <script> of the document.
/** @typedef {{mount: (element: HTMLElement) => void}} EmbeddedCheckout */
/** @typedef {{fetchClientSecret: () => Promise<string>, onComplete: () => void}} CheckoutOptions */
/** @typedef {(options: CheckoutOptions) => Promise<EmbeddedCheckout>} OpenCheckout */
/** @typedef {{createEmbeddedCheckoutPage?: OpenCheckout, initEmbeddedCheckout?: OpenCheckout}} StripeLike */

const root = /** @type {HTMLElement | null} */ (document.querySelector('[data-checkout]'));
const framed = window.parent !== window;

/** @param {string} type to the page around us and to nobody else */
function tell(type) {
  if (framed) window.parent.postMessage({ type }, location.origin);
}

/** @param {string} name of the only part to be seen */
function showOnly(name) {
  for (const part of root?.querySelectorAll('[data-part]') ?? []) {
    /** @type {HTMLElement} */ (part).hidden = part.getAttribute('data-part') !== name;
  }
}

/** @param {{secret: string, key: string}} checkout */
async function mount({ secret, key }) {
  /** @type {((key: string) => StripeLike) | undefined} */
  const load = Reflect.get(window, 'Stripe');
  const stripe = load?.(key);
  const open = stripe?.createEmbeddedCheckoutPage ?? stripe?.initEmbeddedCheckout;
  if (!stripe || !open) throw new Error('Stripe.js is not there.');
  const checkout = await open.call(stripe, {
    fetchClientSecret: () => Promise.resolve(secret),
    onComplete: () => tell('checkout.completed'),
  });
  showOnly('mount');
  checkout.mount(/** @type {HTMLElement} */ (root?.querySelector('[data-part="mount"]')));
}

/** @param {MessageEvent} event */
function heard({ origin, source, data }) {
  if (origin !== location.origin || source !== window.parent) return;
  if (data?.type !== 'checkout.start') return;
  window.removeEventListener('message', heard);
  mount(data).then(
    () => tell('checkout.mounted'),
    () => {
      showOnly('failed');
      tell('checkout.failed');
    },
  );
}

if (framed) {
  window.addEventListener('message', heard);
  tell('checkout.ready');
} else {
  showOnly('alone');
}
