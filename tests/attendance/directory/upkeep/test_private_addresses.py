"""What a browser gives, and wherever a server redirects to, is asked of nobody in a private network.

No test asks a public server: where one is needed a proxy of ours stands for it, as an operator's would, or a
name service of ours tells its address.
"""

import shutil
import socket
import ssl
import subprocess
import threading

import pytest

from attendance.directory.upkeep.fetching import Fetched, fetch
from clinic.errors import Refused
from tests.attendance.list_server import says, serving, to

PUBLIC = "93.184.215.14"
NO_PLACE = "leads into a private network, where nothing is fetched."


def ask(address: str, trusted: bool = False, **limits) -> Fetched | None:
    return fetch(address, validators={}, trusted=trusted, **limits)


def refused(address: str, trusted: bool = False) -> str:
    with pytest.raises(Refused) as refusal:
        ask(address, trusted)
    return refusal.value.sentence


@pytest.fixture
def names(monkeypatch):
    """A name service that knows these names beside all others: a name's answers, one list a question."""
    known: dict[str, list[list[str]]] = {}
    real = socket.getaddrinfo

    def getaddrinfo(host, port, *how, **more):
        if host not in known:
            return real(host, port, *how, **more)
        answers = known[host].pop(0) if len(known[host]) > 1 else known[host][0]
        families = [socket.AF_INET6 if ":" in answer else socket.AF_INET for answer in answers]
        return [
            (family, socket.SOCK_STREAM, 6, "", (answer, port or 0))
            for family, answer in zip(families, answers, strict=True)
        ]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return known


@pytest.fixture
def outside(monkeypatch):
    """A proxy that stands for all servers outside."""
    with serving() as proxy:
        monkeypatch.setenv("http_proxy", proxy.address)
        monkeypatch.setenv("https_proxy", proxy.address)
        monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")
        yield proxy


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0", "0.0.0.0",
        "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "198.18.0.1", "192.0.0.8",
        "224.0.0.1", "240.0.0.1", "255.255.255.255", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::127.0.0.1]",
        "[::ffff:a9fe:a9fe]", "[fe80::1]", "[fec0::1]", "[fc00::1]", "[ff02::1]", "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]", "[2001:db8::1]",
    ],
)  # fmt: skip
def test_whichever_way_it_is_written(site, host):
    site.put("/list", says(200, b"[]"))
    address = f"http://{host}:{site.port}/list"
    assert refused(address) == f"{address} {NO_PLACE}"
    assert site.requests == []


def test_whoever_runs_the_server_may_name_one(site):
    assert ask(site.put("/list", says(200, b"[]")), trusted=True).content == b"[]"


@pytest.mark.parametrize("trusted", [True, False])
@pytest.mark.parametrize("to_a_name", [True, False])
def test_a_public_server_redirects_into_none(site, outside, names, trusted, to_a_name):
    names["inside.example"] = [["127.0.0.1"]]
    inside = site.put("/list", says(200, b"[]")).replace(
        "127.0.0.1", "inside.example" if to_a_name else "127.0.0.1"
    )
    outside.put(f"http://{PUBLIC}/list", to(f"http://{PUBLIC}/on"))
    outside.put(f"http://{PUBLIC}/on", to(inside))
    assert refused(f"http://{PUBLIC}/list", trusted) == f"http://{PUBLIC}/list {NO_PLACE}"
    assert site.requests == []


def test_nor_does_one_of_the_same_host_on_another_port(site):
    with serving() as other:
        address = site.put("/list", to(other.put("/list", says(200, b"[]"))))
        assert refused(address, trusted=True) == f"{address} {NO_PLACE}"


@pytest.mark.parametrize(
    "answers", [[PUBLIC, "10.0.0.1"], ["10.0.0.1", PUBLIC], [PUBLIC, "fec0::1"], ["::1"]]
)
def test_all_that_a_name_stands_for_have_to_be_public(outside, names, answers):
    names["lists.example"] = [answers]
    outside.put("http://lists.example/list", says(200, b"[]"))
    assert refused("http://lists.example/list") == f"http://lists.example/list {NO_PLACE}"
    names["lists.example"] = [[PUBLIC, "2606:2800:21f:cb07:6820:80da:af6b:8b2c"]]
    assert ask("http://lists.example/list").content == b"[]"


@pytest.mark.parametrize("answers", [[[PUBLIC], ["127.0.0.1"]], [["127.0.0.1"], [PUBLIC]]])
def test_a_name_that_stands_for_another_a_moment_later_is_no_way_in(site, names, answers):
    site.put("/list", says(200, b"[]"))
    names["lists.example"] = answers
    assert refused(f"http://lists.example:{site.port}/list").endswith(NO_PLACE)
    assert site.requests == []


class Tunnel(threading.Thread):
    """A proxy that lets https through to one server on this machine, wherever it was to go."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.to, self.wanted = port, []
        self.listener = socket.create_server(("127.0.0.1", 0))

    def run(self) -> None:
        client, _ = self.listener.accept()
        with client, socket.create_connection(("127.0.0.1", self.to)) as server:
            self.wanted.append(client.recv(4096).split()[1].decode())
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            back = threading.Thread(target=self.carry, args=(server, client), daemon=True)
            back.start()
            self.carry(client, server)
            back.join(5)

    def carry(self, one: socket.socket, other: socket.socket) -> None:
        try:
            while data := one.recv(4096):
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)
        except OSError:
            pass


@pytest.fixture
def certified(tmp_path):
    """A server with https, for lists.example, and the file with its certificate."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl to make a certificate")
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=lists.example"
    command += " -addext subjectAltName=DNS:lists.example,IP:127.0.0.1"
    command += f" -keyout {key} -out {certificate}"
    subprocess.run(command.split(), check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with serving(tls=context) as site:
        site.put("/list", says(200, b"[]"))
        yield site, certificate


def test_a_certificate_that_nobody_vouches_for_will_not_do(certified):
    site, _ = certified
    address = f"https://127.0.0.1:{site.port}/list"
    told = refused(address, trusted=True)
    assert told.startswith(f"{address} cannot be reached: its certificate will not do, self")
    assert site.requests == []


def test_one_that_the_machine_trusts_does(certified, monkeypatch):
    site, certificate = certified
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert ask(f"https://127.0.0.1:{site.port}/list", trusted=True).content == b"[]"


@pytest.mark.parametrize(("name", "fits"), [("lists.example", True), ("other.example", False)])
def test_the_address_that_was_looked_at_is_asked_and_the_certificate_is_for_the_name(
    certified, names, monkeypatch, name, fits
):
    """Whatever the name stands for by the time it is asked, the line goes where the filter has looked."""
    site, certificate = certified
    names[name] = [[PUBLIC], [PUBLIC], ["127.0.0.1"]]
    tunnel = Tunnel(site.port)
    tunnel.start()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{tunnel.listener.getsockname()[1]}")
    with tunnel.listener:
        if fits:
            assert ask(f"https://{name}/list").content == b"[]"
            assert site.asked("/list")[0]["Host"].startswith(name)
        else:
            assert refused(f"https://{name}/list").endswith(
                "cannot be reached: its certificate is for another name."
            )
            assert site.requests == []
        tunnel.join(10)
    assert tunnel.wanted == [f"{PUBLIC}:443"]
