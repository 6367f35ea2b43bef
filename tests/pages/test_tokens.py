"""The colours: every pair that is used reaches its contrast, in both modes and for every hue."""

import math
import re
from pathlib import Path

import pytest

STYLES = Path(__file__).parents[2] / "marketplace/core/static/core/css"
TOKENS = (STYLES / "tokens.css").read_text(encoding="utf-8")
HUES = (STYLES / "hues.css").read_text(encoding="utf-8")
MODES = {"light": 0, "dark": 1}
TEXT, CONTROL = 4.5, 3.0

type_rgb = tuple[float, float, float]


def from_hex(text: str) -> type_rgb:
    digits = text.lstrip("#")
    full = "".join(c * 2 for c in digits) if len(digits) == 3 else digits
    return tuple(linear(int(full[i : i + 2], 16) / 255) for i in (0, 2, 4))


def linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def from_oklch(lightness: float, chroma: float, hue: float) -> type_rgb:
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    mixed = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    return tuple(min(1.0, max(0.0, part)) for part in mixed)


def contrast(one: type_rgb, two: type_rgb) -> float:
    lights = sorted(0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in (one, two))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def token(name: str, mode: str) -> type_rgb:
    found = re.search(rf"--{name}: light-dark\((#\w+), (#\w+)\)", TOKENS)
    assert found, name
    return from_hex(found.group(MODES[mode] + 1))


SURFACES = ("paper", "card", "sunk")
WORDS = [(text, ground) for text in ("ink", "soft") for ground in SURFACES] + [
    ("accent-ink", "accent"),
    ("accent-ink", "accent-strong"),
    ("accent", "accent-bg"),
    ("accent", "paper"),
    ("accent", "card"),
    ("pine-ink", "pine"),
    ("crimson-ink", "crimson"),
    ("crimson", "card"),
    ("indigo-ink", "indigo"),
    ("ink", "indigo-bg"),
    *((name, f"{name}-bg") for name in ("pine", "amber", "crimson", "indigo")),
    *(("ink", f"{name}-bg") for name in ("pine", "amber", "crimson", "indigo")),
]


@pytest.mark.proves("A12")
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("text", "ground"), WORDS)
def test_words_on_their_ground_reach_the_contrast(text, ground, mode):
    assert contrast(token(text, mode), token(ground, mode)) >= TEXT


@pytest.mark.proves("A12")
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("ground", SURFACES)
@pytest.mark.parametrize("edge", ["edge", "focus"])
def test_edges_of_controls_reach_the_contrast(edge, ground, mode):
    assert contrast(token(edge, mode), token(ground, mode)) >= CONTROL


def hue_colour(name: str, mode: str, hue: int) -> type_rgb:
    found = re.search(rf"--{name}: light-dark\((.+), (oklch\(.+\)|#\w+)\);", HUES)
    assert found, name
    value = found.group(MODES[mode] + 1)
    if value.startswith("#"):
        return from_hex(value)
    lightness, chroma = re.findall(r"[\d.]+", value)[:2]
    return from_oklch(float(lightness), float(chroma), hue)


@pytest.mark.proves("A12")
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("hue", range(0, 360, 30))
def test_hue_of_a_merchant_reaches_the_contrast(hue, mode):
    assert f".hue-{hue} {{" in HUES
    own, ground = hue_colour("hue", mode, hue), hue_colour("hue-bg", mode, hue)
    assert contrast(own, ground) >= TEXT
    assert contrast(own, token("paper", mode)) >= TEXT
    assert contrast(own, token("card", mode)) >= TEXT
    assert contrast(token("ink", mode), ground) >= TEXT
    fill, ink = hue_colour("hue-fill", mode, hue), hue_colour("hue-ink", mode, hue)
    assert contrast(ink, fill) >= TEXT
