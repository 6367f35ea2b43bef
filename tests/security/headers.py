"""What every answer must carry, as a list of complaints."""

from collections.abc import Mapping
from urllib.parse import urlsplit

STRICT = {
    "default-src": {"'none'"},
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "img-src": {"'self'", "data:", "blob:"},
    "media-src": {"'self'", "blob:"},
    "connect-src": {"'self'"},
    "font-src": {"'self'"},
    "manifest-src": {"'self'"},
    "frame-src": {"'self'"},
    "form-action": {"'self'"},
    "base-uri": {"'none'"},
    "frame-ancestors": {"'none'"},
}
# The panel document may load the payment provider, and our own pages may frame it.
PANEL = {"script-src", "frame-src", "connect-src", "img-src"}
# What people send is shown, and can do nothing at all.
CLOSED = {
    "photo": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
}
CALL_PAGES = {"call-start", "call", "desk-call"}


def directives(policy: str) -> dict[str, set[str]]:
    words = [part.split() for part in policy.split(";") if part.strip()]
    return {word[0]: set(word[1:]) for word in words}


def complaints(name: str, headers: Mapping[str, str], *, panel_origin: str = "") -> list[str]:
    """What is wrong with the headers of an answer of the URL `name`."""
    if name in CLOSED and headers["Content-Type"].startswith("image/"):
        policy = headers.get("Content-Security-Policy", "")
        found = [] if policy == CLOSED[name] else [f"policy: {policy}"]
    else:
        found = _policy(headers, panel_origin)
    frame = "SAMEORIGIN" if panel_origin else "DENY"
    wanted = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "X-Frame-Options": frame,
    }
    found += [f"{h}: {headers.get(h)}" for h, value in wanted.items() if headers.get(h) != value]
    return found + _devices(name, headers.get("Permissions-Policy", ""))


def _policy(headers: Mapping[str, str], panel_origin: str) -> list[str]:
    policy = directives(headers.get("Content-Security-Policy", ""))
    found = [f"no {key}" for key in STRICT if key not in policy]
    for key, sources in policy.items():
        allowed = set(STRICT.get(key, set()))
        if panel_origin and key in PANEL:
            allowed |= {"'self'", panel_origin}
        if panel_origin and key == "frame-ancestors":
            allowed = {"'self'"}
        found += [f"{key} {source}" for source in sources - allowed]
    return found


def _devices(name: str, policy: str) -> list[str]:
    parts = dict(part.strip().split("=", 1) for part in policy.split(",") if "=" in part)
    devices = ("camera", "microphone", "display-capture")
    allowed = {"(self)", "()"} if name in CALL_PAGES else {"()"}
    found = [
        f"{device}={parts.get(device)}" for device in devices if parts.get(device) not in allowed
    ]
    return found + ([] if parts.get("geolocation") == "()" else ["geolocation"])


def _words(text: str) -> set[str]:
    return {part.strip().lower() for part in text.split(",")}


def uncacheable(headers: Mapping[str, str], *, names_somebody: bool = False) -> bool:
    """Whether no shared cache gives the answer to somebody else.

    One that gives out an identity must not be kept at all: all who come without a cookie are
    the same to `Vary: Cookie`.
    """
    if _words(headers.get("Cache-Control", "")) & {"private", "no-store"}:
        return True
    return not names_somebody and bool(_words(headers.get("Vary", "")) & {"cookie", "*"})


def careless_cookies(cookies: Mapping[str, Mapping]) -> list[str]:
    """Cookies that a script could read or another site could make the browser send."""
    return [
        f"{name}: httponly={morsel['httponly']} samesite={morsel['samesite']}"
        for name, morsel in cookies.items()
        if morsel["max-age"] != 0  # one that is taken away
        if not morsel["httponly"] or morsel["samesite"] not in {"Lax", "Strict"}
    ]


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
