// Browsers without a page: the real client of the form (socket client, outbox, sync) on a clock
// that moves only when told. Reads lists of commands, one JSON line each, and answers each line with
// what the clients sent and what a person saw. Python plays the network, the server and the people.
import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { ManualClock, settle } from '../js/support/clock.js';

const clock = new ManualClock();
// the modules below must find the hand-moved clock, so they are loaded after this
globalThis.setTimeout = (run, ms = 0) => clock.after(ms, run);
globalThis.clearTimeout = (cancel) => cancel?.();
// hashing in another thread would answer when it likes
const hash = (bytes) => createHash('sha256').update(bytes).digest();
globalThis.crypto.subtle.digest = async (_name, bytes) => Uint8Array.from(hash(bytes)).buffer;

const CORE = '../../orders/static/orders/js';
const { FORM_FRAMES, receive } = await import(`${CORE}/form-frames.js`);
const { FormSync } = await import(`${CORE}/form-sync.js`);
const { FormOutbox } = await import(`${CORE}/form-outbox.js`);
const { formDigest } = await import(`${CORE}/form-digest.js`);
const { RevisionWatch } = await import(`${CORE}/revision-watch.js`);
const { memoryStore } = await import(`${CORE}/page-store.js`);
const { SocketClient } = await import('../../marketplace/core/static/core/js/socket-client.js');

/** @type {(sync: any, edit: any) => number} */
let baseOf = (_sync, { base }) => base;

/** Mistakes for the controls: each takes one guard away. */
const MISTAKES = {
  'forgets to resend': () => {
    FormOutbox.prototype.resend = () => {};
  },
  'applies without a gap check': () => {
    RevisionWatch.prototype.saw = function saw(revision) {
      this.revision = Math.max(this.revision, revision);
    };
    RevisionWatch.prototype.heard = () => {};
  },
  'ignores the epoch': () => {
    const { heard } = RevisionWatch.prototype;
    RevisionWatch.prototype.heard = function noEpoch({ revision }) {
      heard.call(this, { revision });
    };
  },
  'dates a draft by its sending': () => {
    baseOf = (sync, { field }) => sync.book.of(field).revision;
  },
};

/** Said to Python only: the client has left this socket. */
const GONE = 'gone';
let sent = [];
let chips = [];

class Client {
  constructor(number, role, store = memoryStore()) {
    Object.assign(this, { number, role, store, ops: 0, wire: null, chips: new Map() });
    this.life = (store.get('life') ?? 0) + 1;
    store.set('life', this.life);
    this.socket = new SocketClient('ws://form', {
      clock,
      random: () => 0.5,
      WebSocket: this.#network(),
    });
    this.sync = new FormSync({
      role,
      store,
      request: (type, data) => this.#ask(type, data),
      isOpen: () => this.socket.isOpen,
      newOp: () => this.#newOp(),
    });
    for (const type of FORM_FRAMES) this.socket.on(type, (frame) => receive(this.sync, frame));
    this.sync.on(() => this.#look());
    this.socket.connect();
  }

  /** The browser's WebSocket; it opens when the network says so. */
  #network() {
    const client = this;
    return class {
      readyState = 0;
      constructor() {
        client.wire = this;
      }
      send(text) {
        sent.push([client.number, JSON.parse(text)]);
      }
      close() {
        if (this.readyState === 1) sent.push([client.number, { type: GONE }]);
        this.readyState = 2;
      }
    };
  }

  #ask(type, data) {
    const change = type === 'form.edit' ? { base: baseOf(this.sync, data) } : {};
    return this.socket.request(type, { ...data, ...change });
  }

  #newOp() {
    this.ops += 1;
    return `op-${this.number}-${this.life}-${String(this.ops).padStart(6, '0')}`;
  }

  /** Tells each chip when it appears, changes or goes. */
  #look() {
    for (const key of KEYS) {
      const clash = this.sync.view(key).clash;
      const now = clash ? JSON.stringify([clash.theirs, clash.mine]) : '';
      if (now === (this.chips.get(key) ?? '')) continue;
      this.chips.set(key, now);
      chips.push([this.number, key, clash?.theirs ?? null, clash?.mine ?? null]);
    }
  }

  /** What the person had before their eyes while typing is told with it. */
  edit({ key, text }) {
    this.sync.edit(key, text);
    return this.sync.book.of(key).revision;
  }

  compose({ key, on }) {
    this.sync.outbox.compose(key, on);
  }

  focus({ key }) {
    this.sync.focus(key);
  }

  leave() {
    if (this.sync.focused) this.sync.leave(this.sync.focused);
  }

  choose({ key, which }) {
    this.sync.choose(key, which);
    const { revision, value } = this.sync.book.of(key);
    return [revision, value];
  }

  mode({ key, mode }) {
    this.sync.outbox.choice.choose(key, mode);
  }

  release() {
    this.sync.outbox.release();
  }

  confirm() {
    if (!this.sync.ready) return;
    this.sync
      .shown()
      .then((shown) => this.socket.request('form.confirm', shown))
      .then(({ confirmations }) => this.sync.confirmed(confirmations))
      .catch(() => {});
  }

  hear({ frame }) {
    this.wire.onmessage?.({ data: JSON.stringify(frame) });
  }

  cut() {
    if (this.wire.readyState < 2) this.wire.onclose?.({ code: 1006 });
  }

  /** The network is back: the browser says so, and the socket opens. */
  join() {
    this.socket.probe();
    this.wire.readyState = 1;
    this.wire.onopen?.();
  }

  /** The page is loaded again; what a page keeps, it keeps. */
  reload() {
    this.socket.close();
    this.sync.outbox.stop();
    this.sync.watch.stop();
    clients[this.number] = new Client(this.number, this.role, this.store);
  }

  /** What a person sees at rest. */
  async view() {
    const { form, currency, values, watch, outbox } = this.sync;
    const { revision } = watch;
    const digest = await formDigest({ form, revision, currency, values });
    const fields = Object.fromEntries(KEYS.map((key) => [key, this.#field(key)]));
    return { revision, digest, held: outbox.size, behind: watch.behind, fields };
  }

  #field(key) {
    const { text, clash, mark, error } = this.sync.view(key);
    return { text, mark, clash: clash && [clash.theirs, clash.mine], error: error?.code ?? null };
  }
}

const KEYS = JSON.parse(process.argv[2]);
/** @type {Client[]} */
let clients = [];

async function run({ do: what, c: number, ...data }) {
  if (what === 'begin') {
    for (const { socket } of clients) socket.close();
    clients = data.roles.map((role, index) => new Client(index, role));
    return null;
  }
  if (what === 'pass') return clock.pass(data.ms);
  const found = await clients[number][what](data);
  await settle();
  return found ?? null;
}

for (const mistake of process.argv.slice(3)) MISTAKES[mistake]();
for await (const line of createInterface({ input: process.stdin })) {
  const results = [];
  for (const command of JSON.parse(line)) results.push(await run(command));
  process.stdout.write(`${JSON.stringify({ sent, chips, results })}\n`);
  sent = [];
  chips = [];
}
