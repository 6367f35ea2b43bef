// Changes a person makes otherwise than by typing into the box: they go out at once.
/** @import { FormSync } from './form-sync.js' */

/** @param {FormSync} sync @param {string} key @param {string} text */
export function write(sync, key, text) {
  sync.edit(key, text);
  sync.outbox.release([key]);
  sync.tell('field', key, true);
}
