/** The browser's WebSocket as far as our client uses it; the test plays the network. */
export class TestWebSocket {
  static all = [];

  static get last() {
    return TestWebSocket.all.at(-1);
  }

  readyState = 0;
  sent = [];

  constructor(url) {
    this.url = url;
    TestWebSocket.all.push(this);
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close(code) {
    this.readyState = 2; // stays CLOSING, as on a dead path: `close` never comes
    this.closedWith = code;
  }

  // -- what the network does
  open() {
    this.readyState = 1;
    this.onopen?.();
  }

  say(frame) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  end(code) {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}
