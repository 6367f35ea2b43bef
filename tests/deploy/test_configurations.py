"""The files in deploy/ are read by the programs they are for, as a whole and as they stand."""

import re
import shutil
import subprocess

import pytest

from marketplace.launcher import ports
from marketplace.launcher.places import ROOT

pytestmark = pytest.mark.integration
NGINX = ROOT / "deploy" / "nginx" / "visavis.conf"
# Per name that a client could use to lie to the nodes, what nginx must set instead.
TRUSTED = {
    "Host": "$http_host",
    "X-Forwarded-For": "$remote_addr",
    "X-Forwarded-Proto": "$scheme",
    "X-Forwarded-Host": '""',
    "X-Real-IP": '""',
    "Forwarded": '""',
}


def certificate(folder) -> None:
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
    words += ["-keyout", str(folder / "key.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run(words, check=True, capture_output=True)


def test_nginx_takes_the_whole_file(tmp_path):
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    certificate(tmp_path)
    text = NGINX.read_text(encoding="utf-8").replace("/etc/visavis/tls", str(tmp_path))
    for port in ("80 default_server", "443 ssl"):
        here = f"listen 127.0.0.1:{ports.free(0)}{port.lstrip('0123456789')};"
        text = text.replace(f"listen {port};", here)
    config = tmp_path / "nginx.conf"
    config.write_text(
        f"pid {tmp_path}/pid; events {{}} http {{ access_log off; {text} }}", encoding="utf-8"
    )
    done = subprocess.run(
        [nginx, "-t", "-q", "-c", str(config), "-e", str(tmp_path / "log")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.proves("INV-T9")
def test_nginx_overwrites_every_name_by_which_a_client_could_lie():
    text = NGINX.read_text(encoding="utf-8")
    outside, _, inside = text.partition("location /ws/ {")
    # a place that sets any header inherits none, so both lists must be whole
    for part in (outside, inside.partition("}")[0]):
        found = dict(re.findall(r"proxy_set_header (\S+) (\S+);", part))
        assert TRUSTED.items() <= found.items()


def test_relay_reads_its_file_and_knows_every_line():
    """The real start is in tests/relay; here: nothing in it is unknown to the installed coturn."""
    text = (ROOT / "deploy" / "coturn" / "turnserver.conf").read_text(encoding="utf-8")
    names = {line.partition("=")[0] for line in text.splitlines() if line and line[0] != "#"}
    told = subprocess.run(["turnserver", "-h"], capture_output=True, text=True, check=False)
    known = set(re.findall(r"--([\w-]+)", told.stdout + told.stderr))
    assert names - known == set()
