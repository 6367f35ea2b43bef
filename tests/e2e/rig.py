"""A product whose web processes can be taken away and started again: one, or several behind nginx."""

import os
import shutil
import signal
import socket
import time
from collections.abc import Mapping
from pathlib import Path

from marketplace.launcher import ports
from marketplace.launcher.children import Child, Order
from marketplace.launcher.errors import LauncherError
from marketplace.launcher.places import ROOT
from marketplace.launcher.probe import Probe
from marketplace.launcher.product import Product
from marketplace.launcher.starting import Starting
from tests.engines_plugin import outer_environ

HOST = "127.0.0.1"
# nginx speaks to the nodes from an address of its own, so that a node that does not look at
# X-Forwarded-For would take everybody for this one.
PROXY = "127.0.0.9"
DEPLOYED = ROOT / "deploy" / "nginx" / "visavis.conf"
PORT_SECONDS = 10.0


class Rig(Product):
    """A product of a test's own. `nodes` web processes; from two on nginx stands in front."""

    def __init__(self, name: str, settings: Mapping[str, str], *, nodes: int = 1) -> None:
        """Prepare, start nothing; the state folder is kept, so that the next start is quick."""
        super().__init__(
            ROOT / ".visavis" / name,
            environ=outer_environ(),
            settings=settings,
            database=f"visavis_{name.replace('-', '_')}",
        )
        self.nodes = nodes
        self.web: dict[int, Child] = {}
        self.node_ports: dict[int, int] = {}

    def kill_node(self, number: int = 1) -> None:
        """Take one web process away without a word, as a crash would."""
        child = self.web.pop(number)
        self._children.remove(child)
        os.killpg(child.pid, signal.SIGKILL)
        if child.process is not None:
            child.process.wait()
        self._warden.forget(child.pid)

    def start_node(self, number: int = 1) -> None:
        """Start it again on its port and wait until it answers."""
        with again(self.node_ports[number]) as listener:
            starting = self._node(number, listener)
        self._children.append(starting.child)
        self._wait([starting])

    def freeze_node(self, number: int = 1) -> None:
        """Let it stand still: its sockets stay open and say nothing."""
        os.killpg(self.web[number].pid, signal.SIGSTOP)

    def thaw_node(self, number: int = 1) -> None:
        """Let it go on."""
        os.killpg(self.web[number].pid, signal.SIGCONT)

    def address_of(self, number: int) -> str:
        """Where a node listens, as nginx names it."""
        return f"{HOST}:{self.node_ports[number]}"

    # -- what is started ------------------------------------------------------------------------

    @property
    def _warden(self):
        assert self._held is not None
        return self._held.warden

    def _web(self, listener: socket.socket) -> list[Starting]:
        if self.nodes == 1:
            self.node_ports[1] = self.parts.port
            return [self._node(1, listener)]
        listener.close()  # nginx takes it over
        found = []
        for number in range(1, self.nodes + 1):
            with ports.listen(0) as own:
                self.node_ports[number] = int(own.getsockname()[1])
                found.append(self._node(number, own))
        return [*found, self._nginx()]

    def _node(self, number: int, listener: socket.socket) -> Starting:
        behind = {"TRUSTED_PROXIES": PROXY} if self.nodes > 1 else {}
        order = self.parts.web(listener.fileno(), name=f"web-{number}", **behind)
        child = self._spawn(order)
        self.web[number] = child
        ready = Probe(self.node_ports[number], "/readyz").ready
        return Starting(child, self.address_of(number), ready)

    def _nginx(self) -> Starting:
        binary = shutil.which("nginx") or "/usr/sbin/nginx"
        if not Path(binary).exists():
            raise LauncherError("Several nodes need nginx in front: `apt-get install nginx`.")
        folder = self.places.state / "nginx"
        folder.mkdir(exist_ok=True)
        config = folder / "nginx.conf"
        nodes = [self.address_of(number) for number in sorted(self.node_ports)]
        config.write_text(front(f"{HOST}:{self.parts.port}", nodes, folder), encoding="utf-8")
        words = [binary, "-c", str(config), "-p", str(folder), "-g", "daemon off;"]
        child = self._spawn(Order("nginx", words, self.places.log("nginx"), dict(os.environ)))
        return Starting(child, self.url, Probe(self.parts.port, "/readyz").ready)


def front(address: str, nodes: list[str], folder: Path) -> str:
    """Make a whole nginx.conf out of the deployed file: plain http on loopback, folders of its own.

    Changed: where it listens, TLS left out, the nodes. Added: the answer's X-Node says which node
    it came from, and a browser that calls itself `node-2` is sent to that one while it lives.
    """
    deployed = DEPLOYED.read_text(encoding="utf-8")
    begin, end = deployed.index("# {{ installation"), deployed.index("# }} installation")
    shared = deployed[deployed.index("\n", end) :].replace("http://visavis", "http://$visavis")
    return f"""
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    {_upstreams(nodes)}
    {deployed[:begin]}
    server {{
        listen {address};
        {"" if nodes[0].startswith("unix:") else f"proxy_bind {PROXY};"}
        add_header X-Node $upstream_addr always;
        {shared}
}}
"""


def _upstreams(nodes: list[str]) -> str:
    """One group per node, with the others as its stand-ins."""
    groups, choices = [], []
    for number, node in enumerate(nodes, 1):
        others = "".join(f" server {other} backup;" for other in nodes if other != node)
        groups.append(f"upstream node_{number} {{ server {node} max_fails=0;{others} }}")
        choices.append(f"~node-{number} node_{number};")
    return "\n".join(
        [*groups, f"map $http_user_agent $visavis {{ default node_1; {' '.join(choices)} }}"]
    )


def again(port: int) -> socket.socket:
    """Listen on a port that was ours a moment ago."""
    end = time.monotonic() + PORT_SECONDS
    while True:
        listener = ports.listen(port)
        if int(listener.getsockname()[1]) == port:
            return listener
        listener.close()
        if time.monotonic() > end:
            raise LauncherError(f"Port {port} is not free again.")
        time.sleep(0.05)
