// Stand-in for Stripe.js, as far as the product uses it: embedded checkout. The names are those of Stripe.js of the
// SDK's API version: `createEmbeddedCheckoutPage`; `initEmbeddedCheckout` is its name before 2026-03-25.

(() => {
  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  const origin = new URL(script.src).origin;
  /** @type {EmbeddedCheckout|null} */
  let open = null;

  /** @param {string} message */
  function refuse(message) {
    const error = new Error(message);
    error.name = 'IntegrationError';
    return error;
  }

  class EmbeddedCheckout {
    /** @param {string} secret @param {(() => void)|undefined} onComplete */
    constructor(secret, onComplete) {
      this.secret = secret;
      this.onComplete = onComplete;
      this.destroyed = false;
      /** @type {HTMLIFrameElement|null} */
      this.frame = null;
      this.listener = (/** @type {MessageEvent} */ event) => this.hear(event);
    }

    /** @param {string|HTMLElement} location */
    mount(location) {
      if (this.destroyed) throw refuse('This embedded checkout was destroyed; create a new one.');
      if (this.frame) throw refuse('This embedded checkout is already mounted.');
      const place = typeof location === 'string' ? document.querySelector(location) : location;
      if (!place) throw refuse(`There is no element to mount into: ${String(location)}`);
      const frame = document.createElement('iframe');
      frame.title = 'Checkout';
      frame.name = 'stripe-sandbox-checkout';
      frame.allow = 'payment';
      frame.src = `${origin}/embed/${this.secret}?parent=${encodeURIComponent(window.location.origin)}`;
      Object.assign(frame.style, { border: '0', display: 'block', width: '100%', height: '640px' });
      window.addEventListener('message', this.listener);
      place.replaceChildren(frame);
      this.frame = frame;
    }

    unmount() {
      window.removeEventListener('message', this.listener);
      this.frame?.remove();
      this.frame = null;
    }

    destroy() {
      this.unmount();
      this.destroyed = true;
      if (open === this) open = null;
    }

    /** Takes messages of its own frame only. @param {MessageEvent} event */
    hear(event) {
      if (event.origin !== origin || event.source !== this.frame?.contentWindow) return;
      const message = event.data;
      if (message?.source !== 'stripe-sandbox') return;
      if (message.type === 'height' && Number.isFinite(message.height) && this.frame) {
        this.frame.style.height = `${Math.ceil(message.height)}px`;
      } else if (message.type === 'complete') {
        this.complete(typeof message.redirect === 'string' ? message.redirect : null);
      }
    }

    /** @param {string|null} redirect */
    complete(redirect) {
      if (redirect) window.location.assign(redirect);
      else this.onComplete?.();
    }
  }

  /** @param {{clientSecret?: string, fetchClientSecret?: () => Promise<string>, onComplete?: () => void}} options */
  async function createEmbeddedCheckoutPage(options) {
    if (open) throw refuse('You cannot have multiple Embedded Checkout objects.');
    const secret = options.clientSecret ?? (await options.fetchClientSecret?.());
    if (typeof secret !== 'string' || !secret.includes('_secret_')) {
      throw refuse('The client secret of an embedded Checkout Session is missing.');
    }
    open = new EmbeddedCheckout(secret, options.onComplete);
    return open;
  }

  /** @param {string} publishableKey */
  function Stripe(publishableKey) {
    if (!/^pk_test_/.test(publishableKey)) {
      throw refuse('The sandbox takes publishable test keys (pk_test_…) only.');
    }
    return { createEmbeddedCheckoutPage, initEmbeddedCheckout: createEmbeddedCheckoutPage };
  }

  Object.assign(window, { Stripe });
})();
