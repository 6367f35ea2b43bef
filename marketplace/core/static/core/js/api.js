/**
 * Our own JSON endpoints: token in the header, problem details as an error with a code.
 */

/** A refusal of the server, or `offline` when it was not reached. */
export class ApiError extends Error {
  /**
   * @param {string} code
   * @param {string} [message]
   * @param {Record<string, any>} [data]
   * @param {number} [status]
   */
  constructor(code, message = code, data = {}, status = 0) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.data = data;
    this.status = status;
  }
}

/** The token stands in the page as the hidden field every form of ours has. */
function csrfToken() {
  const field = document.querySelector('input[name="csrfmiddlewaretoken"]');
  return field instanceof HTMLInputElement ? field.value : '';
}

/**
 * @param {string} url
 * @param {unknown} body
 * @param {number} [limit] milliseconds until `offline`
 * @returns {Promise<any>}
 */
export async function post(url, body, limit = 15000) {
  const headers = { 'Content-Type': 'application/json', 'X-CSRFToken': csrfToken() };
  return await ask(url, { method: 'POST', headers, body: JSON.stringify(body) }, limit);
}

/**
 * @param {string} url
 * @param {FormData} body
 * @param {number} [limit] milliseconds until `offline`; a picture takes longer than words
 * @returns {Promise<any>}
 */
export async function sendFile(url, body, limit = 60000) {
  return await ask(url, { method: 'POST', headers: { 'X-CSRFToken': csrfToken() }, body }, limit);
}

/**
 * @param {string} url
 * @param {number} [limit] milliseconds until `offline`
 * @returns {Promise<any>}
 */
export async function get(url, limit = 15000) {
  return await ask(url, {}, limit);
}

/**
 * @param {string} url
 * @param {RequestInit} options
 * @param {number} limit
 */
async function ask(url, options, limit) {
  /** @type {Response} */
  let response;
  try {
    response = await fetch(url, { ...options, signal: AbortSignal.timeout(limit) });
  } catch {
    throw new ApiError('offline');
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw new ApiError(answer.code ?? 'failed', answer.message, answer.data, response.status);
}
