// What went wrong, in words: the server's own where it sent some, else the page's.
import { hasWord, word } from '../../core/js/words.js';

/** @param {unknown} error @returns {string} */
export function problemWords(error) {
  const { code = 'failed', message = '' } = /** @type {{code?: string, message?: string}} */ (
    error ?? {}
  );
  if (hasWord(`form.problem.${code}`)) return word(`form.problem.${code}`);
  return message !== '' && message !== code ? message : word('form.problem.failed');
}

/**
 * Asks the server and shows a refusal; null says that it was refused.
 * @param {(type: string, data: Record<string, unknown>) => Promise<Record<string, any>>} request
 * @param {(words: string, error: any) => void} show empty words clear it
 * @returns {(type: string, data: Record<string, unknown>) => Promise<Record<string, any> | null>}
 */
export function asking(request, show) {
  return async (type, data) => {
    show('', null);
    try {
      return await request(type, data);
    } catch (error) {
      show(problemWords(error), error);
      return null;
    }
  };
}
