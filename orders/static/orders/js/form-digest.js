// The fingerprint of what a person sees: it binds confirmation, order and payment to one revision.
/** @import { FormField } from './form-types.js' */

const VERSION = 'visavis-form-v1';

/**
 * The exact text that is hashed; the server builds the same from its own copy.
 * @param {{form: string, revision: number, currency: string, values: Record<string, string>}} shown
 */
export function digestText(shown) {
  const lines = Object.keys(shown.values)
    .filter((key) => shown.values[key] !== '')
    .sort()
    .map((key) => `${JSON.stringify([key, shown.values[key]])}\n`);
  return `${VERSION}\n${shown.form}\n${shown.revision}\n${shown.currency}\n${lines.join('')}`;
}

/**
 * @param {Parameters<typeof digestText>[0]} shown
 * @returns {Promise<string>} sha-256 in hex
 */
export async function formDigest(shown) {
  const bytes = new TextEncoder().encode(digestText(shown));
  const hash = await globalThis.crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @param {Record<string, FormField>} fields @returns {Record<string, string>} values without the empty ones */
export function valuesOf(fields) {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, field]) => field.value !== '')
      .map(([key, field]) => [key, field.value]),
  );
}
