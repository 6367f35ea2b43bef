/**
 * What browser tests may look at; nothing of it is there without the server's word.
 */

import { statsOf } from './quality-watch.js';

/**
 * @typedef {object} Parts
 * @property {import('../../core/js/socket-client.js').SocketClient} socket
 * @property {import('./peer-link.js').PeerLink} link
 * @property {import('./call-progress.js').CallProgress} call
 * @property {import('./media-devices.js').LocalMedia} media
 * @property {import('./call-features.js').CallFeatures} features
 */

/** @param {Parts} parts */
export function offerHooks({ socket, link, call, media, features }) {
  if (!('testHooks' in document.documentElement.dataset)) return;
  const hooks = {
    socket,
    media,
    features,
    get peer() {
      return link.connection;
    },
    get state() {
      return { ...call.summary, connection: call.connection, generation: link.generation };
    },
    async stats() {
      const sample = await statsOf(link.connection);
      return { framesDecoded: sample.frames, bytes: sample.bytes, pair: sample.pair };
    },
  };
  const target = Reflect.get(window, '__visavis') ?? {};
  Reflect.set(
    window,
    '__visavis',
    Object.defineProperties(target, Object.getOwnPropertyDescriptors(hooks)),
  );
}
