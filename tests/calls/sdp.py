"""A session description as Chromium makes it, and ways to change it."""

FINGERPRINT = "sha-256 " + ":".join(["AB"] * 32)
HOST = "candidate:1 1 udp 2122260223 192.168.7.31 51234 typ host generation 0 ufrag x network-id 1"
SRFLX = "candidate:2 1 udp 1686052607 198.51.100.31 51234 typ srflx raddr 192.168.7.31 rport 51234"
RELAY = "candidate:3 1 udp 41885439 203.0.113.1 61000 typ relay raddr 198.51.100.31 rport 51234"
LOCAL = "candidate:4 1 udp 2113937151 5f4c5b1e-5a2b-4d7e-8a51-1c2d3e4f5a6b.local 51234 typ host"


def sdp(*extra: str, sections: int = 2, fingerprint: str | None = FINGERPRINT) -> str:
    kinds = ["audio 51234 UDP/TLS/RTP/SAVPF 111", "video 9 UDP/TLS/RTP/SAVPF 96 97"]
    lines = ["v=0", "o=- 4611731400430051336 2 IN IP4 192.168.7.31", "s=-", "t=0 0"]
    lines += ["a=group:BUNDLE 0 1", "a=extmap-allow-mixed", "a=msid-semantic: WMS"]
    for number in range(sections):
        lines += [
            f"m={kinds[number % 2]}",
            "c=IN IP4 192.168.7.31",
            "a=rtcp:51235 IN IP4 192.168.7.31",
            "a=ice-ufrag:Xy1z",
            "a=ice-pwd:0123456789abcdef01234567",
            "a=ice-options:trickle",
            *([f"a=fingerprint:{fingerprint}"] if fingerprint else []),
            "a=setup:actpass",
            f"a=mid:{number}",
            "a=sendrecv",
            "a=rtcp-mux",
            "a=rtpmap:111 opus/48000/2",
            "a=fmtp:111 minptime=10;useinbandfec=1",
        ]
    return "\r\n".join([*lines, *extra]) + "\r\n"
