"""What may pass between the two browsers: SDP and candidates, read and rebuilt from lists. Pure.

Nothing is passed on as it came. A line or an attribute that is not on the list is dropped,
what breaks a limit is refused. Addresses that the other browser does not need (`o=`, `c=`,
`raddr`) are always blanked; with `private` only relay candidates are left at all. Addresses of
private networks are left only with `local`: no browser is sent looking around in somebody's LAN.
"""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from calls.addresses import is_public
from calls.limits import (
    CANDIDATE_BYTES,
    CANDIDATES_PER_SIDE,
    LAST_PORT,
    LINE_CHARACTERS,
    MEDIA_SECTIONS,
    SDP_BYTES,
)

_LINE = re.compile(r"([a-z])=([^\x00-\x1f\x7f]*)")
_FINGERPRINT = re.compile(r"sha-256 [0-9A-F]{2}(?::[0-9A-F]{2}){31}", re.IGNORECASE)
_MEDIA = re.compile(r"(audio|video|application) (\d{1,5}) ([A-Z/]{1,32})((?: [\w-]{1,32}){1,128})")
_ORIGIN = re.compile(r"(\S{1,64}) (\d{1,20}) (\d{1,20}) IN IP[46] \S{1,255}")
_CANDIDATE = re.compile(
    r"candidate:([\w+/]{1,32}) ([1-9]\d{0,2}) (udp|tcp) (\d{1,10}) (\S{1,255}) (\d{1,5})"
    r" typ (host|srflx|prflx|relay)((?: [\w-]{1,32} [\w.:+/-]{1,255})*)",
    re.IGNORECASE,
)
_LOCAL_NAME = re.compile(r"[0-9a-f-]{36}\.local", re.IGNORECASE)
_BLANK = "IN IP4 0.0.0.0"
_PLAIN_KINDS: Final = frozenset("vstb")
_EXTENSIONS: Final = frozenset({"tcptype", "generation", "ufrag", "network-id", "network-cost"})
_ATTRIBUTES: Final = re.compile(
    "group|msid-semantic|msid|ice-ufrag|ice-pwd|ice-options|ice-lite|setup|mid|extmap"
    "|extmap-allow-mixed|sendrecv|sendonly|recvonly|inactive|rtcp-mux|rtcp-mux-only|rtcp-rsize"
    "|rtcp-fb|rtpmap|fmtp|ssrc|ssrc-group|rid|simulcast|sctp-port|max-message-size"
    "|end-of-candidates|bundle-only|ptime|maxptime"
)


class SignalRefusedError(ValueError):
    """A description or candidate breaks a limit; `reason` is a stable word, never the content."""

    def __init__(self, reason: str) -> None:
        """Keep the reason."""
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class _Section:
    """One part of a description: its lines, and whether a fingerprint and a port are there."""

    lines: list[str]
    fingerprint: bool
    rejected: bool


def clean_sdp(sdp: str, *, private: bool, local: bool = False) -> str:
    """Return `sdp` rebuilt from the allow-lists; raises SignalRefusedError."""
    if len(sdp.encode()) > SDP_BYTES:
        raise SignalRefusedError("too_long")
    parts = _split(_lines(sdp))
    if len(parts) - 1 > MEDIA_SECTIONS:
        raise SignalRefusedError("too_many_sections")
    if sdp.count("a=candidate:") > CANDIDATES_PER_SIDE:
        raise SignalRefusedError("too_many_candidates")
    sections = [_rebuild(part, private=private, local=local) for part in parts]
    _require_fingerprint(sections)
    return "\r\n".join(line for section in sections for line in section.lines) + "\r\n"


def clean_candidate(text: str, *, private: bool, local: bool = False) -> str | None:
    """Return the candidate rebuilt, "" for the end mark, None for one the peer must not get.

    Raises SignalRefusedError for what is no candidate.
    """
    if len(text.encode()) > CANDIDATE_BYTES:
        raise SignalRefusedError("candidate_too_long")
    if text == "":
        return ""
    found = _CANDIDATE.fullmatch(text)
    if not found:
        raise SignalRefusedError("candidate_malformed")
    foundation, component, transport, priority, address, port, kind, rest = found.groups()
    if int(port) > LAST_PORT or int(priority) >= 2**32:
        raise SignalRefusedError("candidate_malformed")
    kind = kind.lower()
    if not _may_pass(address, kind, private=private, local=local):
        return None
    hidden = "" if kind == "host" else " raddr 0.0.0.0 rport 0"
    return (
        f"candidate:{foundation} {component} {transport} {priority} {address} {port}"
        f" typ {kind}{hidden}{_extensions(rest)}"
    )


def _require_fingerprint(sections: list[_Section]) -> None:
    """Raise SignalRefusedError unless every open section is bound to a certificate."""
    session, *media = sections
    bound = [
        session.fingerprint or section.fingerprint for section in media if not section.rejected
    ]
    if not bound or not all(bound):
        raise SignalRefusedError("fingerprint_missing")


def _may_pass(address: str, kind: str, *, private: bool, local: bool) -> bool:
    """Say whether the peer may get it; raises SignalRefusedError for what is no address."""
    if _LOCAL_NAME.fullmatch(address):
        return kind == "host" and not private
    try:
        ip_address(address)
    except ValueError as error:
        raise SignalRefusedError("candidate_malformed") from error
    return (kind == "relay" or not private) and (local or is_public(address))


def _extensions(rest: str) -> str:
    words = rest.split()
    pairs = zip(words[::2], words[1::2], strict=True)
    return "".join(f" {name} {value}" for name, value in pairs if name.lower() in _EXTENSIONS)


def _lines(sdp: str) -> list[tuple[str, str]]:
    """Return (kind, text) of every line; raises SignalRefusedError."""
    lines: list[tuple[str, str]] = []
    for line in sdp.replace("\r\n", "\n").removesuffix("\n").split("\n"):
        found = _LINE.fullmatch(line)
        if not found or len(line) > LINE_CHARACTERS:
            raise SignalRefusedError("line_malformed")
        lines.append((found[1], found[2]))
    if lines[0] != ("v", "0") or [kind for kind, _text in lines[1:2]] != ["o"]:
        raise SignalRefusedError("head_malformed")
    return lines


def _split(lines: list[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """Return the session part and one part per media section."""
    parts: list[list[tuple[str, str]]] = [[]]
    for kind, text in lines:
        if kind == "m":
            parts.append([])
        parts[-1].append((kind, text))
    return parts


def _rebuild(part: list[tuple[str, str]], *, private: bool, local: bool) -> _Section:
    lines: list[str] = []
    fingerprint = rejected = False
    for kind, text in part:
        if kind == "a":
            attribute = _attribute(text, private=private, local=local)
            fingerprint |= text.startswith("fingerprint:") and attribute is not None
            lines += [] if attribute is None else [f"a={attribute}"]
            continue
        if kind == "m":
            rejected = text.split(" ")[1:2] == ["0"]
        rebuilt = _plain(kind, text)
        lines += [] if rebuilt is None else [f"{kind}={rebuilt}"]
    return _Section(lines, fingerprint, rejected)


def _plain(kind: str, text: str) -> str | None:
    """Return a line other than an attribute, blanked where it holds an address."""
    if kind == "o":
        found = _ORIGIN.fullmatch(text)
        if not found:
            raise SignalRefusedError("head_malformed")
        return f"{found[1]} {found[2]} {found[3]} {_BLANK}"
    if kind == "m":
        return _media(text)
    if kind == "c":
        return _BLANK
    if kind == "k":
        raise SignalRefusedError("keys_refused")
    return text if kind in _PLAIN_KINDS else None


def _media(text: str) -> str:
    found = _MEDIA.fullmatch(text)
    if not found or int(found[2]) > LAST_PORT:
        raise SignalRefusedError("section_malformed")
    # port 9 is "not known yet", as in every trickled offer; 0 means that the section is refused
    return f"{found[1]} {'0' if int(found[2]) == 0 else '9'} {found[3]}{found[4]}"


def _attribute(text: str, *, private: bool, local: bool) -> str | None:
    name, _, value = text.partition(":")
    if name == "crypto":
        raise SignalRefusedError("keys_refused")
    if name == "candidate":
        return clean_candidate(text, private=private, local=local)
    if name == "fingerprint":
        return text if _FINGERPRINT.fullmatch(value) else None
    if name == "rtcp":
        return f"rtcp:9 {_BLANK}"
    return text if _ATTRIBUTES.fullmatch(name) else None
