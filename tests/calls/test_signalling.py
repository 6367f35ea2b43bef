"""Descriptions and candidates are rebuilt from lists; limits are refused."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calls.limits import CANDIDATES_PER_SIDE, SDP_BYTES
from calls.signalling import SignalRefusedError, clean_candidate, clean_sdp
from tests.calls.sdp import FINGERPRINT, HOST, LOCAL, RELAY, SRFLX, sdp

REAL = ("192.168.7.31", "198.51.100.31")


def refused(text: str) -> str:
    with pytest.raises(SignalRefusedError) as caught:
        clean_sdp(text, private=False, local=True)
    return caught.value.reason


@pytest.mark.proves("P1.6")
def test_description_of_a_browser_passes_with_its_media():
    cleaned = clean_sdp(sdp(f"a={HOST}", f"a={RELAY}"), private=False, local=True)
    assert cleaned.startswith("v=0\r\no=- 4611731400430051336 2 IN IP4 0.0.0.0\r\n")
    for line in ("a=mid:1", f"a=fingerprint:{FINGERPRINT}", "a=rtcp:9 IN IP4 0.0.0.0"):
        assert f"\r\n{line}\r\n" in cleaned
    assert "m=audio 9 UDP/TLS/RTP/SAVPF 111" in cleaned
    assert "192.168.7.31 51234 typ host" in cleaned


@pytest.mark.proves("INV-C9")
def test_relay_mode_leaves_no_real_address_anywhere():
    cleaned = clean_sdp(
        sdp(*(f"a={c}" for c in (HOST, SRFLX, RELAY, LOCAL))), private=True, local=True
    )
    assert not any(address in cleaned for address in (*REAL, ".local"))
    assert "203.0.113.1 61000 typ relay raddr 0.0.0.0 rport 0" in cleaned


@pytest.mark.proves("INV-C9", "INV-C13")
@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.168.7.31",
        "0.0.0.0", "224.0.0.1", "255.255.255.255", "198.18.0.1", "::", "::1", "fe80::1", "fc00::1",
        "fd12:3456::1", "ff02::1", "64:ff9b::a00:1", "2002:a00:1::", "2001::1", "::ffff:10.0.0.1",
        "::ffff:a00:1", "0:0:0:0:0:0:0:1", "FE80::1", "fec0::1", "::10.0.0.1",
    ],
)  # fmt: skip
def test_nobodys_browser_is_sent_to_an_address_of_a_private_network(address):
    for kind in ("host", "srflx", "prflx", "relay"):
        candidate = f"candidate:1 1 udp 2122260223 {address} 51234 typ {kind}"
        assert clean_candidate(candidate, private=False) is None
        assert clean_candidate(candidate, private=True) is None
        assert f" {address} 51234 " not in clean_sdp(sdp(f"a={candidate}"), private=False)
        allowed = clean_candidate(candidate, private=False, local=True)
        assert allowed, "on a private installation it may"
    for public in ("93.184.215.14", "2606:2800:21f:cb07::1"):
        candidate = f"candidate:1 1 udp 2122260223 {public} 51234 typ host"
        assert clean_candidate(candidate, private=False), "control: a public one passes"


@pytest.mark.proves("INV-C9")
def test_relay_mode_drops_every_candidate_that_is_not_a_relays():
    for candidate in (HOST, SRFLX, LOCAL):
        assert clean_candidate(candidate, private=True, local=True) is None
    assert clean_candidate(RELAY, private=True, local=True) == (
        "candidate:3 1 udp 41885439 203.0.113.1 61000 typ relay raddr 0.0.0.0 rport 0"
    )
    assert clean_candidate("", private=True, local=True) == ""


def test_direct_mode_keeps_candidates_but_blanks_what_lies_behind_them():
    assert "192.168.7.31" not in (clean_candidate(SRFLX, private=False, local=True) or "")
    assert clean_candidate(HOST, private=False, local=True) == (
        "candidate:1 1 udp 2122260223 192.168.7.31 51234 typ host generation 0 ufrag x network-id 1"
    )
    assert clean_candidate(LOCAL, private=False, local=True)


def test_refused_section_stays_refused():
    text = sdp().replace("m=video 9 ", "m=video 0 ")
    assert "m=video 0 UDP/TLS/RTP/SAVPF" in clean_sdp(text, private=False, local=True)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (sdp() + "x" * SDP_BYTES, "too_long"),
        (sdp(sections=4), "too_many_sections"),
        (sdp(*[f"a={RELAY}"] * (CANDIDATES_PER_SIDE + 1)), "too_many_candidates"),
        (sdp(fingerprint=None), "fingerprint_missing"),
        (sdp(fingerprint="sha-1 " + ":".join(["AB"] * 20)), "fingerprint_missing"),
        (sdp(fingerprint="sha-256 AB:CD"), "fingerprint_missing"),
        (sdp(sections=0), "fingerprint_missing"),
        (sdp("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj"),
         "keys_refused"),
        (sdp("k=clear:secret"), "keys_refused"),
        (sdp("a=mid:1\rm=audio 9 X 1"), "line_malformed"),
        (sdp("a=mid:1\x00"), "line_malformed"),
        (sdp(""), "line_malformed"),
        (sdp("not a line"), "line_malformed"),
        (sdp("a=fmtp:" + "x" * 5000), "line_malformed"),
        ("", "line_malformed"),
        ("v=1\r\n", "head_malformed"),
        ("v=0\r\ns=-\r\n", "head_malformed"),
        (sdp("m=audio nine UDP/TLS/RTP/SAVPF 111"), "section_malformed"),
        (sdp("m=audio 99999 UDP/TLS/RTP/SAVPF 111"), "section_malformed"),
        (sdp("m=image 9 UDP/TLS/RTP/SAVPF 111"), "section_malformed"),
        (sdp("a=candidate:1 1 udp 1 evil.example 9 typ host"), "candidate_malformed"),
    ],
)  # fmt: skip
@pytest.mark.proves("INV-C13")
def test_description_that_breaks_a_limit_is_refused_with_its_reason(text, reason):
    assert refused(text) == reason


@pytest.mark.parametrize(
    "text",
    [
        "candidate", "candidate:1 1 udp 1 192.0.2.1 99999 typ relay", "c\r\na=evil:1",
        "candidate:1 1 udp 1 192.0.2.1 9 typ relay\r\na=evil:1",
        "candidate:1 1 udp 1 192.0.2.1 9 typ wormhole", "candidate:1 0 udp 1 192.0.2.1 9 typ host",
        "candidate:1 1 udp 99999999999 192.0.2.1 9 typ host",
        "candidate:1 1 sctp 1 192.0.2.1 9 typ host", "candidate:1 1 udp 1 router.lan 9 typ host",
    ],
)  # fmt: skip
def test_what_is_no_candidate_is_refused(text):
    with pytest.raises(SignalRefusedError, match="candidate_malformed"):
        clean_candidate(text, private=False, local=True)
    with pytest.raises(SignalRefusedError, match="candidate_too_long"):
        clean_candidate("candidate:" + "1" * 300, private=False, local=True)


def test_unknown_lines_and_attributes_are_dropped():
    cleaned = clean_sdp(
        sdp("i=x", "u=http://x", "a=identity:x", "a=remote-candidates:1 192.0.2.1 9"), private=False
    )
    assert not any(word in cleaned for word in ("i=x", "u=", "identity", "remote-candidates"))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300), st.booleans())
def test_garbage_is_refused_and_never_crashes(text, private):
    for clean in (clean_sdp, clean_candidate):
        with contextlib.suppress(SignalRefusedError):
            clean(text, private=private, local=not private)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from([HOST, SRFLX, RELAY, LOCAL]), max_size=8),
    st.lists(st.text(st.characters(codec="ascii"), max_size=40), max_size=4),
)
def test_cleaning_twice_changes_nothing_more(candidates, noise):
    text = sdp(*(f"a={c}" for c in candidates), *(f"a={n}" for n in noise))
    try:
        once = clean_sdp(text, private=True, local=True)
    except SignalRefusedError:
        return
    assert clean_sdp(once, private=True, local=True) == once
    assert not any(address in once for address in REAL if not any(address in n for n in noise))
