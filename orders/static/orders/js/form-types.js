// The shapes the order form's modules share; types only, nothing runs here.

/** @typedef {'customer' | 'merchant'} Role */
/** @typedef {'empty' | 'proposed' | 'agreed' | 'disputed'} Mark */
/** @typedef {'live' | 'leave' | 'send'} ReleaseMode */
/** @typedef {{value: string, author: string, author_name?: string, revision: number, mark?: Mark, at?: string | null}} FormField */
/** @typedef {{op: string, field: string, value: string, base: number}} Edit */
/** @typedef {{theirs: string, mine: string, by: string}} Clash */
/** @typedef {{customer: number | null, merchant: number | null}} Confirmations */
/** @typedef {{request: string, fields: string[], choices: Record<string, string[]>, hint: string, state: string, sent_at?: string, declined?: Record<string, string>, put_off?: boolean, reminders?: number, reminded_at?: string | null}} InformationRequest */
/** @typedef {{kind: 'query' | 'refusal', fields: string[], words: string, revision: number, at: string}} Reply */
/** @typedef {{number: number, description: string, quantity: string, unit: string, unit_price_minor: number, unit_price_text: string, total_minor: number, total_text: string, photo: string | null, done: boolean}} OrderLine */
/** @typedef {{minor: number, text: string}} Amount */
/** @typedef {Record<'subtotal' | 'discount' | 'delivery' | 'tax' | 'total' | 'deposit' | 'balance', Amount> & {tax_rate: string | null, tax_included: boolean}} OrderTotals */
/** @typedef {{name?: string, legal_name?: string, legal_address?: string}} Seller */
/** @typedef {{state?: string, stage?: string, message?: string}} PaymentStage */
/**
 * @typedef {object} OrderSummary
 * @property {string} code
 * @property {string} number
 * @property {string} state
 * @property {number} revision
 * @property {string} digest
 * @property {string} content
 * @property {OrderLine[]} lines
 * @property {string} total_text
 * @property {string} currency
 * @property {{start: string, end: string | null, zone: string} | null} time
 * @property {Record<string, string> | null} address
 * @property {string} note
 * @property {Seller} seller
 * @property {string} url
 * @property {PaymentStage | null} payment
 * @property {string | null} paid_at
 * @property {boolean} [payable]
 * @property {OrderTotals} [totals]
 * @property {string | null} [revises] code of the order this one replaces
 * @property {string[]} [changes] field keys that differ from it
 * @property {boolean} [revising] the merchant is changing it now
 * @property {string | null} [pay_by]
 */
/**
 * @typedef {object} Snapshot
 * @property {string} form
 * @property {string} epoch
 * @property {number} revision
 * @property {string} currency
 * @property {string} state
 * @property {string} locale_zone
 * @property {Record<string, FormField>} fields
 * @property {InformationRequest[]} requests
 * @property {Confirmations} confirmations
 * @property {OrderSummary | null} order
 * @property {Reply | null} [reply]
 * @property {Seller} seller
 */
/** @typedef {{customer: string, merchant: string}} Names */
/** @typedef {Error & {code?: string, data?: Record<string, any>}} CodedError */
/** @typedef {(type: string, data: Record<string, unknown>) => Promise<Record<string, any>>} Request */
/** @typedef {{get: (name: string) => any, set: (name: string, value: unknown) => void}} Store */
/** @typedef {{kind: string, key?: string, forced?: boolean}} SyncEvent */
/**
 * @typedef {object} SyncOptions
 * @property {Role} role
 * @property {Request} request
 * @property {() => boolean} isOpen
 * @property {Store} [store] what survives a reload
 * @property {() => string} [newOp]
 * @property {number} [delay] ms between two sendings of one field while typing
 * @property {number} [patience] ms a gap in the revisions may stay open
 */

export {};
