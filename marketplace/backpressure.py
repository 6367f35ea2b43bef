"""A WebSocket with bounds: who sends too much is read no further, who does not read is let go.

Daphne reads whatever comes into a queue without an end, so one client that floods costs all others
their turn long after it was refused: every frame it got rid of still has to be parsed. Here reading
stops while frames wait, TCP then holds the sender back; and who goes on sending after we have
closed is cut off. And what a client does not read would wait here without an end too: beyond half a
megabyte it is told to come again for a whole snapshot (4430), and cut off some seconds later.
"""

from typing import Any, Final

from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol

MOST_WAITING: Final = 32
"""A browser's page in a hurry sends some twenty candidates at once."""
MOST_AFTER_CLOSE: Final = 64
"""So many frames may have been on their way when the socket was closed."""
LOOK_AGAIN_SECONDS: Final = 0.02
MOST_UNREAD: Final = 512 * 1024
"""Bytes beyond what the two kernels hold for a client that does not read."""
RESYNC: Final = 4430
SECONDS_TO_READ_ON: Final = 5
"""Then the connection goes, with all that waits."""


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

    def serverSend(self, content: str | bytes, binary: bool = False) -> None:  # noqa: N802, FBT001, FBT002  # Daphne's
        """Send a frame, unless the socket is ending; end it when too much waits to be read."""
        if self.state != self.STATE_OPEN:
            return
        super().serverSend(content, binary)
        if unread(self.transport) > MOST_UNREAD:
            # nothing more is taken from now on, so to wait for who reads slowly costs no more
            self.closeHandshakeTimeout = SECONDS_TO_READ_ON
            self.sendClose(code=RESYNC)

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


def unread(transport: Any) -> int:
    """Return how many bytes Twisted keeps because the kernel takes no more."""
    kept: int = len(transport.dataBuffer) - transport.offset + transport._tempDataLen  # noqa: SLF001  # no other way to ask
    return kept


def hold_back(factory: Any = WebSocketFactory) -> None:
    """Let Daphne make such sockets from now on."""
    factory.protocol = HeldBack
