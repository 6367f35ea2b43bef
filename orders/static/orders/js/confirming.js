// Confirm what this screen shows, and what to do when the server finds it stale or incomplete.
/** @import { FormSync } from './form-sync.js' */
/** @import { Confirmations, OrderSummary } from './form-types.js' */
import { problemWords } from './problem.js';

/**
 * @param {FormSync} sync
 * @param {(type: string, data: Record<string, unknown>) => Promise<Record<string, any>>} request
 * @param {'form.confirm' | 'order.create'} type
 * @returns {Promise<string>} what is wrong, in words; empty when it is done
 */
export async function settleRevision(sync, request, type) {
  try {
    const reply = await request(type, { ...(await sync.shown()) });
    done(sync, reply);
    return '';
  } catch (error) {
    const { code, data } = /** @type {{code?: string, data?: Record<string, any>}} */ (error);
    if (code === 'stale_confirmation' || code === 'not_confirmed') sync.resync();
    if (code === 'form_incomplete') sync.want(data?.fields ?? {});
    return problemWords(error);
  }
}

/** @param {FormSync} sync @param {{confirmations?: Confirmations, order?: OrderSummary}} reply */
function done(sync, { confirmations, order }) {
  sync.want({});
  if (confirmations) sync.confirmed(confirmations);
  if (order) sync.change('order', { order, state: 'ordered' });
}
