"""A grammar of the frames a browser sends on desk and call sockets, and ways to spoil them. Pure."""

import copy
import json
import string
from dataclasses import dataclass, field
from random import Random

from calls.limits import CANDIDATES_PER_SIDE, SDP_BYTES
from marketplace.core.ids import new_code
from tests.calls.sdp import HOST, LOCAL, RELAY, SRFLX, sdp

CANDIDATES = [HOST, SRFLX, RELAY, LOCAL, ""]
EVIL_LINES = [
    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj",
    "k=clear:secret", "a=candidate:1 1 udp 1 evil.example 9 typ host", "a=identity:x", "m=audio 9 X 1",
    "a=fmtp:" + "x" * 5000, "a=mid:1\x00", "o=- 1 1 IN IP4 192.168.7.31", "c=IN IP6 ::1", "v=0", "",
    "not a line", "a=rtcp:1 IN IP4 10.0.0.1", "a=ssrc:1 cname:\u202e", "b=AS:99999999999999999999",
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "a=sctp-port:5000", "a=setup:passive",
    f"a={RELAY}", f"a={SRFLX}",
]  # fmt: skip
JUNK = [
    None, True, False, 0, -1, 1, 2, 2**31, 2**63, 10**400, 1.5, -0.0, "", " ", "x", "0" * 22, "\x00",
    "\u202e", "🛎" * 40, "\u0958" * 80, "\u0958" * 1000, "a" * 5000, "null", "' OR 1=1 --", "{{7*7}}", "../../etc/passwd", "<script>",
    [], {}, [[]], [[[[[[]]]]]], {"": {"": {"": {}}}}, ["call.hang_up"], {"type": "call.hang_up"},
    "00000000-0000-0000-0000-000000000000",
]  # fmt: skip
NOT_JSON = ["", "{", "[]", "null", "7", '"call.cancel"', '{"type":', "\ufeff{}", "NaN", "[" * 2000]
ODD = string.printable + "\x00\x7f\u00df\u2028\ud7ff\ufffd🛎"
# Ends the call, so that the next frames would meet nothing but refusals: rare.
ENDING = ("call.hang_up", "call.cancel")


@dataclass
class Pool:
    """Things that exist, its own and other people's: what a stranger would try."""

    codes: list[str] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    generation: int = 1


class Grammar:
    """Valid frames by type, from one seed."""

    def __init__(self, random: Random, pool: Pool) -> None:
        self.random, self.pool = random, pool

    def call_kind(self) -> str:
        """Kinds weighted by how many of them a socket takes before it calls them too many."""
        if self.random.random() < 0.002:
            return self.random.choice(ENDING)
        rare = [
            "signal.restart", "call.connected", "media.change", "ice.refresh", "text.sync",
            "colleagues.list", "transfer.offer", "transfer.withdraw", "made.up",
        ]  # fmt: skip
        often = ["signal.trickle"] * 44 + ["signal.describe"] * 16 + ["text.type", "text.say"] * 9
        return self.random.choice(often + rare * 4)

    def desk_kind(self) -> str:
        return self.random.choice([
            "desk.go_online", "desk.go_offline", "call.accept", "call.decline", "transfer.accept",
            "transfer.decline", "callback.ready", "call.hang_up", "made.up",
        ])  # fmt: skip

    def fields(self, kind: str) -> dict:
        """The fields a browser would send with that type."""
        pick, pool = self.random.choice, self.pool
        found = {"candidate": pick(CANDIDATES), "sdpMid": "0", "sdpMLineIndex": 0}
        return {
            "signal.describe": {
                "generation": pool.generation,
                "description": {"type": pick(["offer", "answer", "pranswer"]), "sdp": sdp()},
            },
            "signal.trickle": {"generation": pool.generation, "candidate": pick([found, None])},
            "signal.restart": {"generation": pool.generation},
            "media.change": {"microphone": pick([True, False]), "camera": True, "trouble": ""},
            "text.type": {"text": "Do you have jasm"},
            "text.say": {"op": new_code(), "text": "Do you have jasmine tea?"},
            "text.sync": {"after": 0},
            "transfer.offer": {"member": pick(pool.members), "note": "wants green tea"},
            "transfer.withdraw": {"transfer": pick(pool.codes)},
            "transfer.accept": {"transfer": pick(pool.codes)},
            "transfer.decline": {"transfer": pick(pool.codes)},
            "desk.go_online": {"device": "Laptop"},
            "call.accept": {"call": pick(pool.codes)},
            "call.decline": {"call": pick(pool.codes), "reason": "declined"},
            "callback.ready": {"callback": pick(pool.codes)},
        }.get(kind, {})  # fmt: skip

    def frame(self, kind: str) -> dict:
        return {"type": kind, "id": self.random.randrange(1, 10**6), **self.fields(kind)}


class Spoiler:
    """Breaks a valid frame at one level: its text, its structure, its SDP or its candidate."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def spoiled(self, frame: dict) -> str:
        """One frame as it goes over the wire; about one in seven is left as it is."""
        frame = copy.deepcopy(frame)
        for _ in range(self.random.choice([0, 1, 1, 1, 2, 2, 4])):
            self.random.choice([self.structure, self.content, self.content])(frame)
        text = json.dumps(frame, ensure_ascii=self.random.random() < 0.5)
        return self.text(text) if self.random.random() < 0.1 else text

    def structure(self, frame: dict) -> None:
        pick = self.random.choice
        level = pick([part for part in [frame, *frame.values()] if isinstance(part, dict)])
        key = pick([*level, "extra"])
        match pick(["drop", "junk", "junk", "add", "id", "type"]):
            case "drop":
                level.pop(key, None)
            case "junk":
                level[key] = self.junk()
            case "add":
                level[pick(["extra", "seat", "role", "__proto__", "\u202e"])] = self.junk()
            case "id":
                frame["id"] = self.junk()
            case "type":
                frame["type"] = pick([self.junk(), "signal.describe", "call.connected", "text.say"])

    def junk(self) -> object:
        return copy.deepcopy(self.random.choice(JUNK))

    def content(self, frame: dict) -> None:
        """Spoil the SDP or the candidate, if there is one; otherwise some string."""
        description, candidate = frame.get("description"), frame.get("candidate")
        if isinstance(description, dict) and isinstance(description.get("sdp"), str):
            description["sdp"] = self.sdp(description["sdp"])
        elif isinstance(candidate, dict) and isinstance(candidate.get("candidate"), str):
            candidate["candidate"] = self.candidate(candidate["candidate"])
        else:
            strings = [
                key for key, value in frame.items() if isinstance(value, str) and key != "type"
            ]
            for key in strings[:1]:
                frame[key] = self.characters(frame[key])

    def sdp(self, text: str) -> str:
        random, lines = self.random, text.split("\r\n")
        at = random.randrange(len(lines))
        match random.choice(
            ["delete", "double", "swap", "insert", "insert", "flip", "ends", "many"]
        ):
            case "delete":
                del lines[at]
            case "double":
                lines[at:at] = [lines[at]] * random.choice([1, 3, 80])
            case "swap":
                other = random.randrange(len(lines))
                lines[at], lines[other] = lines[other], lines[at]
            case "insert":
                lines.insert(at, random.choice(EVIL_LINES))
            case "flip":
                lines[at] = self.characters(lines[at])
            case "ends":
                return random.choice(["\n", "\r", "\r\r\n", "\n\n", "\u2028"]).join(lines)
            case "many":
                lines += [f"a={RELAY}"] * random.choice([1, CANDIDATES_PER_SIDE + 1])
        return "\r\n".join(lines) + "x" * random.choice([0, 0, 0, 0, 0, SDP_BYTES])

    def candidate(self, text: str) -> str:
        words = text.split(" ")
        at = self.random.randrange(len(words))
        words[at] = self.random.choice([
            "", "0", "-1", "65536", "99999999999", "evil.example", "::1", "fe80::1%eth0", "typ", "relay",
            "host", "udp", "TCP", "raddr", "\r\na=evil:1", "0x7f000001", "127.1", "1" * 300, "٣",
        ])  # fmt: skip
        return " ".join(words)

    def characters(self, text: str) -> str:
        at = self.random.randrange(len(text) + 1)
        return text[:at] + self.random.choice(ODD) * self.random.choice([1, 1, 3]) + text[at + 1 :]

    def text(self, text: str) -> str:
        """Break the JSON itself."""
        random = self.random
        match random.choice(["cut", "characters", "other", "half", "huge", "number"]):
            case "cut":
                return text[: random.randrange(len(text))]
            case "characters":
                return self.characters(text)
            case "half":
                return text.replace('"id"', '"\\ud800"', 1)
            case "huge":
                return (
                    text[:-1]
                    + ', "x": "'
                    + "x" * random.choice([100] * 9 + [20_000, 60_000])
                    + '"}'
                )
            case "number":
                return text[:-1] + random.choice(
                    [', "n": NaN}', ', "n": 1e999}', ', "n": -Infinity}']
                )
            case _:
                return random.choice(NOT_JSON)
