"""A WebSocket that is sent more than it can take is read no further until it has caught up.

Daphne reads whatever comes into a queue without an end, so one client that floods costs all others
their turn long after it was refused: every frame it got rid of still has to be parsed. Here reading
stops while frames wait, TCP then holds the sender back; and who goes on sending after we have
closed is cut off.
"""

from typing import Any, Final

from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol

MOST_WAITING: Final = 32
"""A browser's page in a hurry sends some twenty candidates at once."""
MOST_AFTER_CLOSE: Final = 64
"""So many frames may have been on their way when the socket was closed."""
LOOK_AGAIN_SECONDS: Final = 0.02


class HeldBack(WebSocketProtocol):  # type: ignore[misc]  # Daphne has no types
    """Daphne's protocol with an end to its queue."""

    is_held = False
    after_close = 0

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: N802, N803, FBT001  # Daphne's
        """Pass a frame on; stop reading when too many wait."""
        if self.state != self.STATE_OPEN:
            self._count_after_close()
            return
        super().onMessage(payload, isBinary)
        if not self.is_held and self.application_queue.qsize() > MOST_WAITING:
            self.is_held = True
            self.transport.pauseProducing()
            self._look_again()

    def _count_after_close(self) -> None:
        self.after_close += 1
        if self.after_close == MOST_AFTER_CLOSE:
            self.dropConnection(abort=True)

    def _look_again(self) -> None:
        self.factory.reactor.callLater(LOOK_AGAIN_SECONDS, self._read_on)

    def _read_on(self) -> None:
        """Read on once the queue is empty; a closing socket must hear the other's goodbye."""
        if self.state == self.STATE_OPEN and not self.application_queue.empty():
            self._look_again()
            return
        self.is_held = False
        if self.state != self.STATE_CLOSED:
            self.transport.resumeProducing()


def hold_back(factory: Any = WebSocketFactory) -> None:
    """Let Daphne make such sockets from now on."""
    factory.protocol = HeldBack
