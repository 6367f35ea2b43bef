// What each frame of the form's socket means for the form's state. One line per message type.
/** @import { FormSync } from './form-sync.js' */
/** @import { InformationRequest } from './form-types.js' */

/** @typedef {Record<string, any>} Frame */

/** @type {Record<string, (sync: FormSync, frame: Frame) => void>} */
const MEANING = {
  'form.snapshot': (sync, frame) => sync.restore(/** @type {any} */ (frame)),
  'form.edited': (sync, frame) => sync.edited(/** @type {any} */ (frame)),
  'form.focused': (sync, { field }) => sync.change('focus', { theirFocus: field }),
  'form.confirmed': (sync, { confirmations }) => sync.confirmed(confirmations),
  'form.replied': (sync, { reply, confirmations }) => {
    if (confirmations) sync.confirmed(confirmations);
    sync.change('reply', { reply });
  },
  'form.reopened': (sync) => sync.resync(),
  'form.closed': (sync) => sync.resync(),
  'request.sent': (sync, { request }) => sync.change('requests', { requests: add(sync, request) }),
  'request.recalled': (sync, frame) => moveRequest(sync, 'recalled', frame),
  'request.reminded': (sync, frame) => moveRequest(sync, 'sent', frame),
  'request.put_off': (sync, frame) => moveRequest(sync, 'sent', frame),
  'request.answered': (sync, frame) => moveRequest(sync, 'answered', frame),
  'request.declined': (sync, frame) => moveRequest(sync, 'declined', frame),
  'order.created': (sync, { order }) => sync.change('order', { order, state: 'ordered' }),
  'order.updated': (sync, { order }) => update(sync, order),
  'payment.changed': (sync, frame) => pay(sync, frame),
  heartbeat: (sync, frame) => sync.watch.heard(frame),
};

export const FORM_FRAMES = Object.keys(MEANING);

/** @param {FormSync} sync @param {Frame} frame */
export function receive(sync, frame) {
  MEANING[frame.type]?.(sync, frame);
}

/** @param {FormSync} sync @param {InformationRequest} request */
function add(sync, request) {
  return [...sync.requests.filter((known) => known.request !== request.request), request];
}

/** @param {FormSync} sync @param {string} state @param {Frame} frame */
function moveRequest(sync, state, frame) {
  const id = frame.request?.request ?? frame.request;
  const news =
    typeof frame.request === 'object' ? frame.request : { state, ...only(frame, 'declined') };
  const requests = sync.requests.map((known) =>
    known.request === id ? { ...known, ...news } : known,
  );
  sync.change('requests', { requests });
}

/** @param {Frame} frame @param {string} name */
function only(frame, name) {
  return frame[name] === undefined ? {} : { [name]: frame[name] };
}

/** @param {FormSync} sync @param {import('./form-types.js').OrderSummary} order one it replaced stays behind */
function update(sync, order) {
  if (!sync.order || sync.order.code === order.code) sync.change('order', { order });
}

/** @param {FormSync} sync @param {Frame} frame */
function pay(sync, { order, state, stage, message }) {
  const code = order?.code ?? order;
  if (!sync.order || (code && code !== sync.order.code)) return;
  const paid = state === 'paid' || stage === 'paid' ? { state: 'paid' } : {};
  sync.change('payment', { order: { ...sync.order, ...paid, payment: { state, stage, message } } });
}
