"""What holds for every template: no inline script or style, small, and every icon exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SPRITE = (ROOT / "marketplace/core/static/core/img/icons.svg").read_text(encoding="utf-8")
ICONS = set(re.findall(r'<symbol id="([^"]+)"', SPRITE))
LONGEST = 120


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_has_no_inline_script_or_style(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", text)
    assert not re.search(r"<style\b", text)
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    assert "javascript:" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_is_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_names_icons_that_exist(path):
    text = path.read_text(encoding="utf-8")
    named = re.findall(r'_icon\.html" with name="([^"{]+)"', text)
    named += re.findall(r'icon="([^"{]+)"', text)
    assert set(named) <= ICONS


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_loads_nothing_from_elsewhere(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//", text)


STYLES = sorted(
    path
    for app in ("marketplace/core", "calls", "orders", "payments", "merchants")
    for path in (ROOT / app / "static").rglob("*.css")
)


@pytest.mark.parametrize("path", STYLES, ids=name_of)
def test_style_sheet_is_short_and_the_shared_ones_take_colours_from_the_tokens(path):
    text = path.read_text(encoding="utf-8")
    assert len([line for line in text.splitlines() if line.strip()]) <= 400
    if "core" in path.parts and path.name not in {"tokens.css", "hues.css"}:
        assert not re.search(r"#[0-9a-f]{3,8}\b", text)
