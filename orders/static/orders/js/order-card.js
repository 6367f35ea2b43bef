// What the customer is asked to confirm, then the order itself with its one action: order and pay.
/** @import { FormSync } from './form-sync.js' */
/** @import { Names, OrderSummary, Request } from './form-types.js' */
/** @import { Ask } from './request-composer.js' */
/** @import { Summary } from './summaries.js' */

import { word } from '../../core/js/words.js';
import { CardAnswers } from './card-answers.js';
import { formTitle, orderTitle, proposalWords, replyWords } from './card-words.js';
import { settleRevision } from './confirming.js';
import { buttonPart, fill, onceAtATime, part } from './parts.js';
import { isPayable, stepOf, troubleOf } from './payment-steps.js';
import { fieldNames } from './readable.js';
import {
  differs,
  renderSummary,
  summaryOfForm,
  summaryOfOrder,
  summaryOfValues,
} from './summary-view.js';

const OWN_PRICE = 'price.proposal';

export class OrderCard {
  /** what the shown receipt comes to, for the head of the sheet */ total = '';
  #root;
  #sync;
  #name;
  #answers;
  /** @type {OrderSummary | null} the order one saw before this one took its place */ #replaced =
    null;
  /** @type {OrderSummary | null} */ #shown = null;

  /**
   * @param {HTMLElement} root
   * @param {FormSync} sync
   * @param {{request: Request, ask: Ask, names: Names, onPay: () => void}} options
   */
  constructor(root, sync, { request, ask, names, onPay }) {
    this.#root = root;
    this.#sync = sync;
    this.#name = names.merchant;
    this.#answers = new CardAnswers(root, sync, { ask, names, onMove: () => this.render() });
    onceAtATime(buttonPart(root, 'card-confirm'), async () =>
      this.problem(await settleRevision(sync, request, 'form.confirm')),
    );
    buttonPart(root, 'card-pay').addEventListener('click', onPay);
  }

  /** @param {string} words */
  problem(words) {
    fill(part(this.#root, 'card-problem'), words);
  }

  render() {
    const { order } = this.#sync;
    if (order && !order.revising) this.#renderOrder(order);
    else this.#renderForm(order);
  }

  /** @param {OrderSummary | null} revised the order that is being changed, if it is one */
  #renderForm(revised) {
    const sync = this.#sync;
    const now = summaryOfForm(sync);
    const before = revised ? summaryOfOrder(revised) : this.#confirmedBefore();
    const isChange = before !== null && differs(before, now);
    if (revised) this.#shown = revised;
    this.total = now.rows.total ?? '';
    renderSummary(this.#root, now, { before: isChange ? contactless(before, now) : null });
    this.#title(formTitle(sync, this.#name), null);
    this.#changed('form.changed', revised ? [] : sync.changed.filter((key) => key !== OWN_PRICE));
    this.#renderReply();
    this.#renderProposal();
    part(this.#root, 'summary').hidden = Object.keys(sync.values).length === 0;
    this.#actions({ confirm: sync.stand === 'theirs', pay: false });
  }

  /** @param {string} key of the words @param {string[]} changed */
  #changed(key, changed) {
    const what = changed.length > 0 ? fieldNames(changed) : '';
    fill(part(this.#root, 'card-changed'), what ? word(key, { what }) : '');
  }

  #renderReply() {
    const { reply, stand } = this.#sync;
    const said = replyWords(reply);
    part(this.#root, 'card-reply').hidden = said === '';
    fill(part(this.#root, 'reply-words'), said);
    // once the merchant has sent it again, that is the answer
    const isFresh = stand === 'theirs' && reply?.revision === this.#sync.watch.revision;
    const next = isFresh ? word('form.card.replied', { name: this.#name }) : '';
    fill(part(this.#root, 'reply-next'), next);
  }

  /** @returns {Summary | null} what stood there when somebody last confirmed */
  #confirmedBefore() {
    const { agreement, zoneInForce: zone, currency, seller } = this.#sync;
    const values = agreement.before;
    return values && summaryOfValues({ values, zone, currency, seller });
  }

  #renderProposal() {
    const { values, stand, state } = this.#sync;
    fill(part(this.#root, 'card-proposal'), proposalWords(this.#sync, this.#name));
    const isPriced = Object.keys(values).some((key) => key === 'price' || key.endsWith('.price'));
    const mayPropose = isPriced && state === 'open' && (stand === 'theirs' || stand === 'none');
    part(this.#root, 'card-propose').hidden = !mayPropose;
    if (!mayPropose && this.#answers.open === 'proposal') this.#answers.show('', false);
  }

  /** @param {OrderSummary} order */
  #renderOrder(order) {
    const known = this.#shown;
    if (known && known.code !== order.code && order.revises === known.code) this.#replaced = known;
    this.#shown = order;
    const isSuccessor = this.#replaced?.code === order.revises;
    const before = this.#replaced && isSuccessor ? summaryOfOrder(this.#replaced) : null;
    const changed = order.changes ?? [];
    this.total = order.total_text;
    part(this.#root, 'summary').hidden = false;
    renderSummary(this.#root, summaryOfOrder(order), { before, changed });
    this.#title(orderTitle(order, this.#name), order);
    this.#changed('form.card.changed', changed);
    for (const name of ['card-reply', 'card-proposal', 'card-propose']) {
      part(this.#root, name).hidden = true;
    }
    part(this.#root, 'pay-label').textContent = word('form.order_and_pay', {
      total: order.total_text,
    });
    this.#root.dataset.stage = troubleOf(order) || stepOf(order);
    this.#answers.show('', false);
    this.#actions({ confirm: false, pay: isPayable(order) });
  }

  /** @param {string} text what is new is seen: the card goes back to its top @param {OrderSummary | null} order */
  #title(text, order) {
    const title = part(this.#root, 'card-state');
    if (title.textContent !== text) {
      title.textContent = text;
      if (title.parentElement) title.parentElement.scrollTop = 0;
    }
    part(this.#root, 'card-order').hidden = order === null;
    if (!order) return;
    const { number, url } = order;
    part(this.#root, 'card-number').textContent = word('form.order_number', { number });
    if (url.startsWith('/')) part(this.#root, 'card-link').setAttribute('href', url);
  }

  /** @param {{confirm: boolean, pay: boolean}} shown */
  #actions({ confirm, pay }) {
    const { open } = this.#answers;
    if (!confirm && (open === 'query' || open === 'refusal')) {
      this.#answers.show('', false);
      return;
    }
    part(this.#root, 'card-main').hidden = open !== '';
    part(this.#root, 'card-answers').hidden = !confirm;
    part(this.#root, 'card-pay').hidden = !pay;
    part(this.#root, 'card-foot').hidden = (!confirm && !pay) || open !== '';
  }
}

/** An order does not say how one is reached: that is no difference. @param {Summary} before @param {Summary} now */
function contactless(before, now) {
  return { ...before, rows: { ...before.rows, contact: now.rows.contact ?? '', pay_by: '' } };
}
