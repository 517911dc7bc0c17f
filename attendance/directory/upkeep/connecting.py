"""Connections to the servers that publish lists: to none of a private network unless it is trusted, and to an end."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from requests_hardened.ip_filter import InvalidIPAddress, filter_host
from requests_hardened.ip_filter_adapter import IPFilterAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

__all__ = ["Deadline", "InvalidIPAddress", "send"]


class Deadline:
    """Cuts every connection it watches once so many seconds are over, and remembers that it had to.

    A server that sends a byte now and then keeps within every single wait, be it in its headers, its content or
    while the line is made safe. Whoever waits for it wakes up as if it had hung up.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.passed = False
        self._watched: list[socket.socket] = []
        self._one_at_a_time = threading.Lock()
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Deadline:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        with self._one_at_a_time:
            for connected in self._watched:
                connected.close()
            self._watched.clear()

    def watch(self, connected: socket.socket) -> None:
        """Cut this connection too when the time comes, or now where it has come."""
        with self._one_at_a_time:
            # A second handle on it, for TLS takes the first one over and leaves an empty shell.
            self._watched.append(connected.dup())
        if self.passed:
            self._cut()

    def check(self) -> None:
        """Raise ConnectionAbortedError where it has passed: to be cut looks like the end of what was being read."""
        if self.passed:
            raise ConnectionAbortedError

    def _cut(self) -> None:
        with self._one_at_a_time:
            self.passed = True
            for connected in self._watched:
                with suppress(OSError):
                    connected.shutdown(socket.SHUT_RDWR)


def send(request: PreparedRequest, *, deadline: Deadline, wait: float, guarded: bool) -> Response:
    """Ask one server and follow nothing; its content is read later, by whoever closes the response.

    wait: seconds for each wait. guarded: refuse a server of a private network, with InvalidIPAddress. Of what the
    environment says only proxies for http and https are heeded, so that no credentials are found in a file.
    """
    address = str(request.url)
    secure = address.startswith("https://")
    adapter: HTTPAdapter = (
        _Guarded(deadline, secure, is_https_proto=secure) if guarded else _Watched(deadline, secure)
    )
    found = get_environ_proxies(address, no_proxy=None)
    proxies = {scheme: proxy for scheme, proxy in found.items() if scheme in ("http", "https")}
    return adapter.send(request, stream=True, timeout=(wait, wait), proxies=proxies)


class _Watched(HTTPAdapter):
    """Whatever it connects, a deadline watches. It trusts the certificates that the machine trusts, too."""

    def __init__(self, deadline: Deadline, secure: bool, **how: Any) -> None:
        self._pools = _watched_pools(deadline)
        # Beside those of the library; made where it is needed, for it reads hundreds of certificates.
        self._tls: dict[str, Any] = {"ssl_context": ssl.create_default_context()} if secure else {}
        super().__init__(**how)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **how: Any) -> None:
        super().init_poolmanager(connections, maxsize, block, **how, **self._tls)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **how: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **how, **self._tls)
        manager.pool_classes_by_scheme = self._pools
        return manager


class _Guarded(_Watched, IPFilterAdapter):
    """Asks the address it has looked at, so that a name cannot stand for another one a moment later.

    All that a name stands for have to be public: which of them comes first is for its owner to choose.
    """

    def build_connection_pool_key_attributes(
        self, request: PreparedRequest, verify: Any, cert: Any = None
    ) -> Any:
        found, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        name = urlsplit(str(request.url)).hostname or ""
        answers = socket.getaddrinfo(name, found["port"], type=socket.SOCK_STREAM)
        for address in {found["host"].strip("[]"), *(str(answer[4][0]) for answer in answers)}:
            filter_host(address, found["port"], allow_loopback=False)
            # Beyond the filter's list: what nobody has been given, and the private networks of old IPv6.
            ip = ipaddress.ip_address(address)
            if ip.is_reserved or ip.is_unspecified or getattr(ip, "is_site_local", False):
                raise InvalidIPAddress(ip)
        return found, pool


def _watched_pools(deadline: Deadline) -> dict[str, type[HTTPConnectionPool]]:
    """The classes of urllib3's pools, by scheme, whose connections the deadline watches."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            connected = super()._new_conn()
            deadline.watch(connected)
            return connected

    class Safe(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            connected = super()._new_conn()
            deadline.watch(connected)
            return connected

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SafePool(HTTPSConnectionPool):
        ConnectionCls = Safe

    return {"http": PlainPool, "https": SafePool}
