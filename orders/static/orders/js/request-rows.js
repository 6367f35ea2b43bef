// What was asked for and how it stands: waiting, put off, answered, declined; take back, remind.
/** @import { FormSync } from './form-sync.js' */
/** @import { InformationRequest } from './form-types.js' */
/** @import { Ask } from './request-composer.js' */
import { word } from '../../core/js/words.js';
import { copyOf, fill, onceAtATime, part } from './parts.js';
import { askedNames, plural } from './readable.js';

/** @type {Record<string, string>} */
const COLOURS = { sent: 'amber', put_off: 'indigo', answered: 'pine', declined: 'crimson' };

/** @param {HTMLElement} root @param {FormSync} sync @param {Ask} ask shows what goes wrong */
export function mountRequestRows(root, sync, ask) {
  const list = part(root, 'requests');
  /** @type {Map<string, HTMLElement>} rows are kept: a focused button stays where it is */
  const rows = new Map();
  const render = () => {
    for (const request of sync.requests) {
      const row = rows.get(request.request) ?? newRow(root, request, ask);
      rows.set(request.request, row);
      fillRow(row, request);
      if (!row.isConnected) list.append(row);
    }
    list.hidden = sync.requests.length === 0;
  };
  sync.on(({ kind }) => {
    if (kind === 'requests' || kind === 'snapshot' || kind === 'order') render();
  });
  render();
}

/** @param {HTMLElement} root @param {InformationRequest} request @param {Ask} ask */
function newRow(root, { request }, ask) {
  const template = /** @type {unknown} */ (part(root, 'request-template'));
  const row = copyOf(/** @type {HTMLTemplateElement} */ (template));
  for (const what of ['remind', 'recall']) {
    const button = /** @type {HTMLButtonElement} */ (part(row, what));
    onceAtATime(button, () => ask(`request.${what}`, { request }));
  }
  return row;
}

/** @param {HTMLElement} row @param {InformationRequest} request */
function fillRow(row, request) {
  const shown = request.state === 'sent' && request.put_off ? 'put_off' : request.state;
  part(row, 'fields').textContent = askedNames(request.fields);
  fill(part(row, 'request-hint'), request.hint);
  fill(part(row, 'reason'), declineReason(request));
  const reminders = request.state === 'sent' ? (request.reminders ?? 0) : 0;
  fill(part(row, 'reminded'), reminders > 0 ? plural('form.reminded', reminders) : '');
  const state = part(row, 'request-state');
  state.textContent = word(`form.request.${shown}`);
  state.className = `state state--${COLOURS[shown] ?? 'neutral'}`;
  part(row, 'request-actions').hidden = request.state !== 'sent';
}

/** @param {InformationRequest} request @returns {string} what the customer would not give, and why */
export function declineReason({ declined = {} }) {
  /** @type {Map<string, string[]>} reason to fields: said once for all they were declined with */
  const because = new Map();
  for (const [key, reason] of Object.entries(declined)) {
    because.set(reason, [...(because.get(reason) ?? []), key]);
  }
  return [...because]
    .map(([reason, fields]) => {
      const name = reason ? 'form.declined_because' : 'form.declined_plain';
      return word(name, { what: askedNames(fields), reason });
    })
    .join(' ');
}
