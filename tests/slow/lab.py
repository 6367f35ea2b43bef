"""Three machines of our own, made of network namespaces: customer, merchant, and a router between.

The customer has two links, `wifi` and `mobile`. On the router run the real coturn and the real
nginx with the deployed files; nginx reaches the product's web process over a unix socket, which
knows nothing of networks. Nothing leaves the machine.
"""

import getpass
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, Playwright

from marketplace.launcher.children import Order
from marketplace.launcher.parts import LARGEST_MESSAGE
from marketplace.launcher.starting import Starting
from tests.e2e import cameras
from tests.e2e.browsers import MEDIA, QUIET, chromium
from tests.e2e.conftest import SETTINGS
from tests.e2e.faults import People
from tests.e2e.rig import Rig, front
from tests.relay.coturn import Coturn

ROUTER, CUSTOMER, MERCHANT = "visavis_rt", "visavis_cu", "visavis_me"
HERE = "10.77.0.1"
LINKS = {
    "wifi": (CUSTOMER, "10.77.1"),
    "mobile": (CUSTOMER, "10.77.3"),
    "lan": (MERCHANT, "10.77.2"),
}
# Asked on the router, past any proxy this machine may have.
ASK = (
    "import urllib.request as u;"
    " u.build_opener(u.ProxyHandler({{}})).open('{url}/readyz', timeout=2)"
)
PORT, RELAY_PORT = 8077, 3478
HOMES = {cameras.RED.name: CUSTOMER, cameras.BLUE.name: MERCHANT}


def missing() -> str:
    """One sentence that says what the tests of this folder lack here; empty when nothing."""
    needed = {"ip": "iproute2", "nft": "nftables", "turnserver": "coturn", "nginx": "nginx"}
    lacking = [package for name, package in needed.items() if shutil.which(name) is None]
    if lacking:
        return f"The slow tests need {', '.join(lacking)}: `apt-get install {' '.join(lacking)}`."
    probe = f"{ROUTER}_probe"
    if subprocess.run(["ip", "netns", "add", probe], capture_output=True, check=False).returncode:
        return "The slow tests make network namespaces: run them as root."
    run("ip", "netns", "del", probe)
    return ""


def run(*words: str) -> None:
    """Run one command; its words are in the error."""
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}: {done.stderr.strip()}")


class Network:
    """The namespaces and the links between them."""

    def make(self) -> None:
        """Make everything, after taking away what a killed run has left."""
        self.remove()
        for name in (ROUTER, CUSTOMER, MERCHANT):
            run("ip", "netns", "add", name)
            run("ip", "-n", name, "link", "set", "lo", "up")
        run("ip", "-n", ROUTER, "addr", "add", f"{HERE}/32", "dev", "lo")
        for link, (home, net) in LINKS.items():
            run(
                "ip",
                "-n",
                ROUTER,
                "link",
                "add",
                f"r{link}",
                "type",
                "veth",
                "peer",
                "name",
                link,
                "netns",
                home,
            )
            run("ip", "-n", ROUTER, "addr", "add", f"{net}.1/24", "dev", f"r{link}")
            run("ip", "-n", ROUTER, "link", "set", f"r{link}", "up")
            run("ip", "-n", home, "addr", "add", f"{net}.2/24", "dev", link)
        self.plug("lan")
        self.in_router("nft", "add table inet lab")
        for hook in ("input", "forward"):
            self.in_router(
                "nft", f"add chain inet lab {hook} {{ type filter hook {hook} priority 0 ; }}"
            )
        self.heal()

    def remove(self) -> None:
        """Take the namespaces away, with all that is in them."""
        for name in (ROUTER, CUSTOMER, MERCHANT):
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)

    def heal(self) -> None:
        """Bring every link and path back for the next test."""
        self.forward(on=True)
        for hook in ("input", "forward"):
            self.in_router("nft", f"flush chain inet lab {hook}")
        self.unplug("mobile")
        self.plug("wifi")

    def in_router(self, *words: str) -> None:
        """Run a command on the router."""
        run("ip", "netns", "exec", ROUTER, *words)

    def forward(self, *, on: bool) -> None:
        """Open or close the direct path between the two people; the relay is reached either way."""
        self.in_router("sysctl", "-qw", f"net.ipv4.ip_forward={int(on)}")

    def plug(self, link: str) -> None:
        """Connect a link; the default route goes over it."""
        home, net = LINKS[link]
        run("ip", "-n", home, "link", "set", link, "up")
        run("ip", "-n", home, "route", "replace", "default", "via", f"{net}.1", "dev", link)

    def unplug(self, link: str) -> None:
        """Pull a link out: its address and its routes are of no use any more."""
        run("ip", "-n", LINKS[link][0], "link", "set", link, "down")

    def drop(self, rule: str) -> None:
        """Drop on the router, without a word to anybody, what fits the rule."""
        for hook in ("input", "forward"):
            self.in_router("nft", f"add rule inet lab {hook} {rule} drop")


class Site(Rig):
    """The product behind nginx on the router."""

    @property
    def url(self) -> str:
        """Where the two people find it."""
        return f"http://{HERE}:{PORT}"

    def _web(self, listener) -> list[Starting]:
        listener.close()
        web = self._spawn(self._daphne())
        nginx = self._spawn(self._on_router())
        return [
            Starting(web, "on a unix socket", self._socket.exists),
            Starting(nginx, self.url, self._answers),
        ]

    @property
    def _socket(self) -> Path:
        return self.places.run / "web.sock"

    def _daphne(self) -> Order:
        self._socket.unlink(missing_ok=True)
        words = [sys.executable, "-m", "daphne", "-u", str(self._socket)]
        words += [
            "--websocket-max-message-size",
            str(LARGEST_MESSAGE),
            "marketplace.asgi:application",
        ]
        environ = self.parts.variables()
        environ |= {"VISAVIS_ORIGIN": self.url, "ALLOWED_HOSTS": HERE, "TRUSTED_PROXIES": "unix"}
        return Order("web", words, self.places.log("web"), environ)

    def _on_router(self) -> Order:
        folder = self.places.state / "nginx"
        folder.mkdir(exist_ok=True)
        config = folder / "nginx.conf"
        made = front(f"{HERE}:{PORT}", [f"unix:{self._socket}"], folder)
        # the socket lies in a folder that only we may enter
        config.write_text(f"user {getpass.getuser()};\n{made}", encoding="utf-8")
        words = ["ip", "netns", "exec", ROUTER, shutil.which("nginx") or "nginx"]
        words += ["-c", str(config), "-p", str(folder), "-g", "daemon off;"]
        return Order("nginx", words, self.places.log("nginx"), dict(os.environ))

    def _answers(self) -> bool:
        words = ["ip", "netns", "exec", ROUTER, sys.executable, "-c"]
        words.append(ASK.format(url=self.url))
        return subprocess.run(words, capture_output=True, check=False).returncode == 0


class Travellers(People):
    """The two people, each in a namespace of their own."""

    def __init__(self, playwright: Playwright, folder: Path, url: str) -> None:
        super().__init__(playwright, folder)
        self.folder, self.url = folder, url

    def browser(self, colour: cameras.Colour) -> Browser:
        """The browser of that colour, started in its namespace by a two-line script."""
        found = self.browsers.get(colour.name)
        if found is None:
            found = self.playwright.chromium.launch(
                executable_path=self._script(HOMES[colour.name]),
                args=[*QUIET, *self._media(colour)],
            )
            self.browsers[colour.name] = found
        return found

    def _media(self, colour: cameras.Colour) -> Sequence[str]:
        # only the addresses of the namespaces count here, so loopback stays out
        wanted = [flag for flag in MEDIA if "loopback" not in flag]
        camera = f"--use-file-for-fake-video-capture={self.cameras[colour.name]}"
        return [
            *wanted,
            camera,
            "--no-proxy-server",
            f"--unsafely-treat-insecure-origin-as-secure={self.url}",
        ]

    def _script(self, home: str) -> Path:
        path = self.folder / f"chromium-{home}"
        path.write_text(f'#!/bin/sh\nexec ip netns exec {home} {chromium()} "$@"\n')
        path.chmod(0o755)
        return path


def relay_on_router() -> Coturn:
    """The relay as deployed: it reaches itself and the public internet, not the people's networks."""
    return Coturn(address=HERE, port=RELAY_PORT, prefix=["ip", "netns", "exec", ROUTER])


def site_of(relay: Coturn) -> Site:
    """The product with that relay."""
    return Site("slow-networks", {**SETTINGS, **relay.settings()}, nodes=1)
