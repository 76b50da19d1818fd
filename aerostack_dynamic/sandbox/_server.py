"""`Sandbox`: the platform served by uvicorn in a thread of this process."""

from __future__ import annotations

import logging
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._serving import Server, listen, url_of
from ._app import build_app
from ._document import read_document
from ._judge import Judge
from ._keys import Keys
from ._operations import OPERATIONS
from ._platform import Platform, keep_secret

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping
    from types import TracebackType

    from ._services import Service

logger = logging.getLogger("aerostack_dynamic.sandbox")


def _has_gateway(version: str) -> bool:
    return "gatewayChatCompletions" in OPERATIONS[version]


def _check(version: str, port: int, keys: Mapping[str, object], services: Mapping[str, Service] | None) -> None:
    if version not in OPERATIONS:
        raise ValueError(f"version: the sandbox serves {' and '.join(OPERATIONS)}, not {version!r}")
    if not 0 <= port <= 65535:
        raise ValueError(f"port: {port} is not from 0 to 65535")
    for name, key in keys.items():
        if key is not None and not (isinstance(key, str) and key and all("!" <= one <= "~" for one in key)):
            raise ValueError(f"{name}: a key is visible ASCII characters without spaces, so that a header can carry it")
    if keys.get("gateway_key") is not None and not _has_gateway(version):
        raise ValueError(f"gateway_key: version {version} has no gateway")
    for name, service in (services or {}).items():
        if not callable(service):
            raise TypeError(f"services: {name!r} is no function but a {type(service).__name__}")


class Sandbox:
    """The platform on this machine, for the length of a `with` block or from `start` to `stop`.

    `version` is that of the document, 1.0.0 or 1.5.0; a folder that one has written is open to the other. `port` 0 takes a
    free one. Without `data` everything lives in a temporary folder that `stop` removes; in a given folder it survives.
    Without `api_key` one is made, and kept in a given folder; so is `gateway_key`, the bearer key of a consumer of the
    gateway, which 1.0.0 has not. `services` maps names to functions that `services_invoke` calls and that run queued jobs of
    that type. `ai_url` is the base of an OpenAI-compatible server. ValueError or TypeError for arguments that can't be.
    `start` raises OSError when the address cannot be bound, DataInUseError when another sandbox has the folder, ValueError
    for an `ai_url` that is no http(s) URL. Several may run at once, also beside an event loop.
    """

    def __init__(
        self,
        *,
        version: str = "1.0.0",
        host: str = "127.0.0.1",
        port: int = 0,
        data: str | Path | None = None,
        api_key: str | None = None,
        gateway_key: str | None = None,
        ai_url: str | None = None,
        services: Mapping[str, Service] | None = None,
    ) -> None:
        _check(version, port, {"api_key": api_key, "gateway_key": gateway_key}, services)
        self._version = version
        self._host = host
        self._port = port
        self._given_data = None if data is None else Path(data).absolute()
        self._given_key = api_key
        self._given_gateway_key = gateway_key
        self._ai_url = ai_url
        self._services = dict(services or {})
        self._running: _Running | None = None

    @property
    def url(self) -> str:
        """The server's URL with the document's path, for example `http://127.0.0.1:43210/v1`."""
        return self._now.url

    @property
    def api_key(self) -> str:
        """The key that requests must carry."""
        return self._now.api_key

    @property
    def gateway_key(self) -> str | None:
        """The bearer key of a consumer that gateway operations take, as they take users' tokens; None for 1.0.0, which has none."""
        return self._now.gateway_key

    @property
    def version(self) -> str:
        """The version of the document that is served."""
        return self._version

    @property
    def data(self) -> Path:
        """The folder that holds everything."""
        return self._now.data

    def job(self, job_id: str) -> dict[str, Any]:
        """A job's `id`, `type`, `status`, `result` and `error`; KeyError when there is no such job.

        `status` is queued, processing, completed, failed or cancelled.
        """
        return self._now.platform.queue.job(job_id)

    def billing_log(self) -> list[dict[str, Any]]:
        """What gatewayBillingLog has logged, the oldest first: `consumerId`, `apiId`, `metric`, `units` and `loggedAt`."""
        return self._now.platform.gateway.logged()

    def start(self) -> Sandbox:
        """Serves from now on; RuntimeError when it already does."""
        if self._running is not None:
            raise RuntimeError("the sandbox has started already")
        listener = listen(self._host, self._port)
        temporary = None
        try:
            if self._given_data is None:
                temporary = Path(tempfile.mkdtemp(prefix="aerostack-sandbox-"))
            data = self._given_data or temporary
            assert data is not None
            self._running = self._serve(listener, data, temporary)
        except BaseException:
            listener.close()
            if temporary:
                shutil.rmtree(temporary, ignore_errors=True)
            raise
        return self

    def stop(self) -> None:
        """Ends the server, its threads and its temporary folder within about two seconds; does nothing when stopped."""
        running, self._running = self._running, None
        if running is not None:
            running.stop()

    def __enter__(self) -> Sandbox:
        return self.start()

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None) -> None:
        self.stop()

    @property
    def _now(self) -> _Running:
        if self._running is None:
            raise RuntimeError("the sandbox is not running")
        return self._running

    def _serve(self, listener: socket.socket, data: Path, temporary: Path | None) -> _Running:
        document = read_document(self._version)
        judge = Judge(document)
        platform = Platform(data, self._services, self._ai_url)
        try:
            api_key = self._given_key or keep_secret(data / "api.key", lambda: f"ac_secret_{secrets.token_hex(24)}")
            gateway_key = self._gateway_key_in(data)
            app = build_app(document, judge, platform, Keys(api_key, gateway_key, platform.accounts), self._host)
            url = url_of(listener, self._host) + document.prefix
            return _Running(
                Server.start_in_thread(app, listener, "aerostack-sandbox-server"),
                platform,
                url,
                api_key,
                gateway_key,
                data,
                temporary,
            )
        except BaseException:
            platform.close()
            raise

    def _gateway_key_in(self, data: Path) -> str | None:
        if not _has_gateway(self._version):
            return None
        return self._given_gateway_key or keep_secret(data / "gateway.key", lambda: f"gateway_{secrets.token_hex(24)}")


@dataclass(frozen=True)
class _Running:
    """All that a started sandbox has to give back."""

    server: Server
    platform: Platform
    url: str
    api_key: str
    gateway_key: str | None
    data: Path
    temporary: Path | None

    def stop(self) -> None:
        self.server.end()
        self.platform.close()
        if self.temporary:
            shutil.rmtree(self.temporary, ignore_errors=True)
