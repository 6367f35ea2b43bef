// The checkout form: sends itself without leaving the page, shows a decline, reports completion and height to
// the page around it. Without this script the form still works as a plain one.

const checkout = /** @type {HTMLElement|null} */ (document.querySelector('[data-checkout]'));
const form = /** @type {HTMLFormElement|null} */ (document.querySelector('#payment'));

/**
 * @param {string} type
 * @param {Record<string, unknown>} details
 */
function tellParent(type, details) {
  const parent = checkout?.dataset.parent;
  if (parent && window.parent !== window) {
    window.parent.postMessage({ source: 'stripe-sandbox', type, ...details }, parent);
  }
}

/** Keeps digits and puts a space after every four, only while typing at the end. @param {HTMLInputElement} input */
function groupDigits(input) {
  if (input.selectionStart === input.value.length) {
    const digits = input.value.replace(/\D/g, '').slice(0, 19);
    input.value = digits.replace(/(\d{4})(?=\d)/g, '$1 ');
  }
}

/** `1234` becomes `12 / 34`. @param {HTMLInputElement} input */
function splitExpiry(input) {
  if (/^\d{3,4}$/.test(input.value)) {
    input.value = `${input.value.slice(0, 2)} / ${input.value.slice(2)}`;
  }
}

/** @param {HTMLFormElement} payment @param {string} text */
function showError(payment, text) {
  const error = payment.querySelector('#error');
  if (error) error.textContent = text;
}

/** @param {HTMLElement} holder @param {HTMLFormElement} payment */
function showPaid(holder, payment) {
  const box = document.createElement('div');
  box.className = 'message state-paid';
  box.dataset.state = 'paid';
  box.tabIndex = -1;
  const heading = document.createElement('h1');
  heading.textContent = payment.dataset.paid ?? '';
  const hint = document.createElement('p');
  hint.textContent = payment.dataset.paidHint ?? '';
  box.append(heading, hint);
  holder.replaceChildren(box);
  box.focus();
}

/**
 * @param {HTMLFormElement} payment
 * @returns {Promise<{status?: string, redirect?: string|null, error?: {message: string}}>}
 */
async function send(payment) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(payment)) body.append(name, String(value));
  const answer = await fetch(payment.action, {
    method: 'POST',
    body,
    headers: { Accept: 'application/json' },
  });
  return answer.json();
}

/** @param {HTMLElement} holder @param {HTMLFormElement} payment */
async function pay(holder, payment) {
  const button = /** @type {HTMLButtonElement} */ (payment.querySelector('#pay'));
  if (button.ariaBusy === 'true') return;
  const label = button.textContent;
  button.ariaBusy = 'true';
  button.textContent = payment.dataset.busy ?? '';
  showError(payment, '');
  try {
    const answer = await send(payment);
    if (answer.status === 'complete') {
      finish(holder, payment, answer.redirect ?? null);
      return;
    }
    showError(payment, answer.error?.message ?? payment.dataset.network ?? '');
  } catch {
    showError(payment, payment.dataset.network ?? '');
  }
  button.ariaBusy = 'false';
  button.textContent = label;
}

/** @param {HTMLElement} holder @param {HTMLFormElement} payment @param {string|null} redirect */
function finish(holder, payment, redirect) {
  if ('embedded' in holder.dataset) {
    showPaid(holder, payment);
    tellParent('complete', { redirect });
  } else if (redirect) {
    window.location.assign(redirect);
  }
}

if (checkout && form) {
  const number = /** @type {HTMLInputElement} */ (form.querySelector('#card-number'));
  const expiry = /** @type {HTMLInputElement} */ (form.querySelector('#card-expiry'));
  number.addEventListener('input', () => groupDigits(number));
  expiry.addEventListener('blur', () => splitExpiry(expiry));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void pay(checkout, form);
  });
}

if (checkout && 'embedded' in checkout.dataset) {
  const report = () => tellParent('height', { height: document.body.offsetHeight });
  new ResizeObserver(report).observe(document.body);
}
