"""A small STUN and TURN client (RFC 8489, 8656, 6062): asks the relay for what a browser never would."""

import hashlib
import hmac
import os
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from types import TracebackType
from typing import Self

COOKIE = 0x2112A442
ALLOCATE, REFRESH, SEND, DATA, PERMIT, CONNECT = 0x003, 0x004, 0x016, 0x017, 0x008, 0x00A
INDICATION, SUCCESS, FAILURE = 0x010, 0x100, 0x110
USERNAME, INTEGRITY, ERROR, PEER, PAYLOAD = 0x0006, 0x0008, 0x0009, 0x0012, 0x0013
REALM, NONCE, RELAYED, FAMILY, TRANSPORT, LIFETIME = 0x0014, 0x0015, 0x0016, 0x0017, 0x0019, 0x000D
UDP, TCP = 17, 6
UNAUTHORISED, STALE = 401, 438
WAIT_SECONDS = 5.0


Attributes = dict[int, bytes | tuple[str, int]]
"""What a message says; an address is written only when the transaction is known."""


class TurnError(Exception):
    """The relay refused; `code` is STUN's."""

    def __init__(self, code: int, words: str = "") -> None:
        super().__init__(f"{code} {words}")
        self.code = code


@dataclass
class Message:
    """One STUN message."""

    kind: int
    transaction: bytes
    attributes: dict[int, bytes]


class TurnClient:
    """One five-tuple to the relay, with one user name and password."""

    def __init__(
        self, server: tuple[str, int], username: str, password: str, *, tcp: bool = False
    ) -> None:
        kind = socket.SOCK_STREAM if tcp else socket.SOCK_DGRAM
        self.socket = socket.socket(socket.AF_INET, kind)
        self.socket.settimeout(WAIT_SECONDS)
        self.socket.connect(server)
        self.tcp, self.username, self.password = tcp, username, password
        self.realm = self.nonce = b""
        self.relayed: tuple[str, int] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _at: TracebackType | None,
    ) -> None:
        """Give the allocation back, so that no quota is used up."""
        if self.relayed is not None:
            with suppress(TurnError, OSError):
                self.refresh(0)
        self.socket.close()

    # -- requests ----------------------------------------------------------------------------

    def allocate(self, transport: int = UDP, family: int | None = None) -> tuple[str, int]:
        """Ask for a relayed address; returns it or raises TurnError."""
        wishes: Attributes = {TRANSPORT: bytes([transport, 0, 0, 0])}
        if family is not None:
            wishes[FAMILY] = bytes([family, 0, 0, 0])
        answer = self.ask(ALLOCATE, wishes)
        self.relayed = read_address(answer.attributes[RELAYED])
        return self.relayed

    def permit(self, address: str, port: int = 9999) -> None:
        """Ask to send to that peer; raises TurnError."""
        self.ask(PERMIT, {PEER: (address, port)})

    def connect(self, address: str, port: int = 80) -> None:
        """Ask for a TCP connection to that peer (RFC 6062); raises TurnError."""
        self.ask(CONNECT, {PEER: (address, port)})

    def refresh(self, lifetime: int) -> int:
        """Ask to keep the allocation; returns for how long, or raises TurnError."""
        answer = self.ask(REFRESH, {LIFETIME: struct.pack("!I", lifetime)})
        return int(struct.unpack("!I", answer.attributes[LIFETIME])[0])

    def send(self, peer: tuple[str, int], payload: bytes) -> None:
        """Send through the relay; nobody answers."""
        self._write(SEND | INDICATION, {PEER: peer, PAYLOAD: payload}, key=None)

    def receive(self) -> tuple[tuple[str, int], bytes]:
        """Return who sent and what; raises TimeoutError when nothing comes."""
        while True:
            message = self._read()
            if message.kind == DATA | INDICATION:
                return read_address(message.attributes[PEER]), message.attributes[PAYLOAD]

    def ask(self, method: int, attributes: Attributes) -> Message:
        """Ask, first to be told realm and nonce, then again with the password; raises TurnError."""
        for _ in range(3):
            answer = self._exchange(method, {**attributes, **self._login()})
            if answer.kind == method | SUCCESS:
                return answer
            code, words = read_error(answer.attributes[ERROR])
            fresh = answer.attributes.get(NONCE, self.nonce)
            told_before = bool(self.nonce) and code != STALE
            if code not in {UNAUTHORISED, STALE} or told_before:
                raise TurnError(code, words)
            self.realm, self.nonce = answer.attributes[REALM], fresh
        raise TurnError(STALE, "the nonce is stale again and again")

    # -- the wire ----------------------------------------------------------------------------

    def _exchange(self, method: int, attributes: Attributes) -> Message:
        transaction = self._write(method, attributes, key=self._key() if self.nonce else None)
        while True:
            message = self._read()
            if message.transaction == transaction:
                return message

    def _login(self) -> Attributes:
        if not self.nonce:
            return {}
        return {USERNAME: self.username.encode(), REALM: self.realm, NONCE: self.nonce}

    def _key(self) -> bytes:
        words = b":".join([self.username.encode(), self.realm, self.password.encode()])
        return hashlib.md5(words).digest()

    def _write(self, kind: int, attributes: Attributes, *, key: bytes | None) -> bytes:
        transaction = os.urandom(12)
        body = b"".join(
            attribute(name, value if isinstance(value, bytes) else xor_address(*value, transaction))
            for name, value in attributes.items()
        )
        if key is not None:
            head = header(kind, len(body) + 24, transaction)
            body += attribute(INTEGRITY, hmac.digest(key, head + body, "sha1"))
        self.socket.sendall(header(kind, len(body), transaction) + body)
        return transaction

    def _read(self) -> Message:
        if not self.tcp:
            return parse(self.socket.recv(4096))
        head = self._exactly(20)
        return parse(head + self._exactly(int(struct.unpack("!H", head[2:4])[0])))

    def _exactly(self, count: int) -> bytes:
        found = b""
        while len(found) < count:
            part = self.socket.recv(count - len(found))
            if not part:
                raise ConnectionError("the relay closed the connection")
            found += part
        return found


def header(kind: int, length: int, transaction: bytes) -> bytes:
    """The twenty bytes in front."""
    return struct.pack("!HHI", kind, length, COOKIE) + transaction


def attribute(name: int, value: bytes) -> bytes:
    """Type, length, value, filled up to four bytes."""
    return struct.pack("!HH", name, len(value)) + value + b"\0" * (-len(value) % 4)


def parse(data: bytes) -> Message:
    """Read one message; the first of equal attributes counts."""
    kind, length = struct.unpack("!HH", data[:4])
    attributes: dict[int, bytes] = {}
    at = 20
    while at < 20 + length:
        name, size = struct.unpack("!HH", data[at : at + 4])
        attributes.setdefault(name, data[at + 4 : at + 4 + size])
        at += 4 + size + (-size % 4)
    return Message(kind, data[8:20], attributes)


def xor_address(text: str, port: int, transaction: bytes) -> bytes:
    """Write an address as TURN wants it: mixed with the cookie and, IPv6, the transaction id."""
    address = ip_address(text)
    mask = struct.pack("!I", COOKIE) + transaction
    mixed = bytes(left ^ right for left, right in zip(address.packed, mask, strict=False))
    return struct.pack("!BBH", 0, 1 if address.version == 4 else 2, port ^ (COOKIE >> 16)) + mixed


def read_address(value: bytes) -> tuple[str, int]:
    """Read an IPv4 address and port."""
    port = struct.unpack("!H", value[2:4])[0] ^ (COOKIE >> 16)
    packed = bytes(a ^ b for a, b in zip(value[4:8], struct.pack("!I", COOKIE), strict=True))
    return socket.inet_ntoa(packed), int(port)


def read_error(value: bytes) -> tuple[int, str]:
    """Read code and words."""
    return value[2] * 100 + value[3], value[4:].decode(errors="replace")
