"""Links by which a browser fetches all modules of a page at once, or ahead of need.

A script that imports others is otherwise known to need them only once it has arrived, level after
level; a call page has some eighty modules, and two people wait for them.
"""

import re
from functools import lru_cache
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Final

from django import template
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

register = template.Library()
# Only what is loaded: `import('./x.js')` stands in comments and names a type.
_IMPORT: Final = re.compile(
    r"""^(?:import|export)\b[^'"();]*?["'](\.{1,2}/[^"']+\.js)["']""", re.MULTILINE
)


@register.simple_tag
def preload_modules(*entries: str) -> SafeString:
    """Return links that fetch these modules, and all they import, for this page."""
    return _links('<link rel="modulepreload" href="{}">', entries)


@register.simple_tag
def prefetch_modules(*entries: str) -> SafeString:
    """Return links that put these modules, and all they import, by for the page that follows."""
    return _links('<link rel="prefetch" as="script" href="{}">', entries)


def _links(link: str, entries: tuple[str, ...]) -> SafeString:
    return format_html_join("\n", link, ((static(path),) for path in modules_of(entries)))


@lru_cache(maxsize=32)
def modules_of(entries: tuple[str, ...]) -> tuple[str, ...]:
    """Return the static paths of `entries` and of all they import, each once, nearest first."""
    found = dict.fromkeys(entries)
    for path in (ahead := list(entries)):
        for imported in _imports(path):
            if imported not in found:
                found[imported] = None
                ahead.append(imported)
    return tuple(found)


def _imports(path: str) -> list[str]:
    source = finders.find(path)
    if source is None:
        raise FileNotFoundError(f"no module {path}")
    text = Path(source).read_text(encoding="utf-8")
    return [normpath(join(dirname(path), name)) for name in _IMPORT.findall(text)]
