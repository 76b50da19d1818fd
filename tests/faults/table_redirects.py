"""Promises about redirects and the key: it goes to one origin, and a redirect to any other is an error."""

from __future__ import annotations

import copy
import pickle
import re
import traceback
from typing import Any

from .answers import answer, bomb, coded, head, redirect
from .document import KEY, KEY_HEADER
from .row import OK_DATA, QUICK, Outcome, Row, Scene, fails, gives
from .runner import tell, tell_request
from .server import Script, close, pause
from .world import names

REFUSED = re.compile("^redirect refused")
STATUSES = (301, 302, 303, 307, 308)
FOLLOWS = "follows to the other origin with the key"
RETURNS = "returns {'ok': True}"


def refused(status: int = 302, **more: Any) -> Any:
    """What is expected of a redirect that is not followed."""
    return fails("StatusError", status=status, reason=REFUSED, attempts=1, requests=1, **more)


def to(location: str, status: int = 302) -> Script:
    """A server that redirects once, and then has an answer."""
    return Script((redirect(status, location), answer()))


def keyed(scene: Scene, _: Outcome) -> str | None:
    """A check that every request on the way had the key."""
    bare = [one.target for one in scene.server.seen if one.header(KEY_HEADER) != KEY]
    return f"no key was sent to {bare}" if bare else None


def tell_followed(scene: Scene, outcome: Outcome) -> str:
    """What bare httpx did with a redirect to the same server by another name."""
    return "follows to another name with the key" if scene.server.requests > 1 else tell(scene, outcome)


# ---- to other origins

ELSEWHERE = tuple(
    Row(
        f"K1-{status}",
        "a redirect to another port is refused, and nothing is sent there",
        to("http://{sink}/v1/read", status),
        refused(status),
        FOLLOWS,
        retry=QUICK,
        also=("H1",),
    )
    for status in STATUSES
)


def _elsewhere(name: str, promise: str, location: str, bare: str, **more: Any) -> Row:
    return Row(f"K1-{name}", promise, to(location), refused(), bare, also=("H1",), **more)


HIDDEN = (
    _elsewhere(
        "host",
        "another name is another origin, even for the same machine",
        "http://localhost:{port}/v1/read",
        "follows to another name with the key",
        tell=tell_followed,
    ),
    _elsewhere(
        "scheme",
        "another scheme is another origin",
        "https://{sink}/v1/read",
        FOLLOWS,
        sink=Script((answer(),), tls="good"),
    ),
    _elsewhere(
        "userinfo",
        "the right host before an @ is a user's name",
        "http://127.0.0.1:{port}@{sink}/v1/read",
        FOLLOWS,
    ),
    _elsewhere("slashes", "an address without a scheme has a host all the same", "//{sink}/v1/read", FOLLOWS),
    _elsewhere("three-slashes", "and one with too many slashes is none", "http:///{sink}/v1/read", "raises ConnectError|returns.*"),
    _elsewhere("backslash", "a backslash is no way to hide a host", "http://{sink}\\@127.0.0.1:{port}/", RETURNS),
    _elsewhere("backslashes", "nor are two", "\\\\{sink}\\v1", RETURNS),
    _elsewhere(
        "dot",
        "a name with a dot at its end is another",
        "http://localhost.:{sinkport}/v1/read",
        FOLLOWS,
        setup=lambda scene: names({"localhost.": "127.0.0.1"}),
        alone=True,
    ),
    _elsewhere("letters", "nor do other letters hide one", "http://127\u30020\u30020\u30021:{sinkport}/", FOLLOWS),
    Row(
        "K1-second-hop",
        "a redirect at home doesn't make the next one elsewhere right",
        Script((redirect(302, "/v1/step"), redirect(302, "http://{sink}/v1/read"))),
        fails("StatusError", status=302, reason=REFUSED, requests=2),
        FOLLOWS,
        also=("H1",),
    ),
    Row(
        "K1-head",
        "a HEAD is no different",
        to("http://{sink}/v1/read", 307),
        refused(307),
        FOLLOWS,
        call="peek",
        also=("H1",),
    ),
)

# ---- of what may act

ACTS = (
    *(
        Row(
            f"K2-{status}",
            "a POST is never redirected: neither made a GET, nor sent to another place",
            to("/v1/other", status),
            refused(status),
            f"sends {'POST' if status > 303 else 'GET'} /v1/other",
            call="act",
            arguments={"value": 1},
            tell=tell_request,
            retry=QUICK,
            also=("H1", "H28"),
        )
        for status in STATUSES
    ),
    Row(
        "K2-elsewhere",
        "least of all to another origin",
        to("http://{sink}/v1/act", 307),
        refused(307),
        FOLLOWS,
        call="act",
        arguments={"value": 1},
        also=("H1",),
    ),
    Row(
        "K2-put",
        "nor is a PUT",
        to("/v1/other", 307),
        refused(307),
        "sends PUT /v1/other",
        call="replace",
        arguments={"value": 1},
        tell=tell_request,
    ),
    Row(
        "K2-delete",
        "nor a DELETE",
        to("/v1/other", 308),
        refused(308),
        "sends DELETE /v1/other",
        call="nothing",
        tell=tell_request,
    ),
)

# ---- at home

HOPS = tuple(redirect(302, f"/v1/hop/{number}") for number in range(6))
AT_HOME = (
    *(
        Row(
            f"K3-{status}",
            "a read is redirected within its origin, and keeps its key",
            to("/v1/other?page=2", status),
            gives(OK_DATA, keyed, requests=2),
            RETURNS,
        )
        for status in STATUSES
    ),
    Row("K3-absolute", "by a whole address too", to("{self}/other"), gives(OK_DATA, keyed, requests=2), RETURNS),
    Row(
        "K3-case",
        "which may be written in capitals",
        to("HTTP://127.0.0.1:{port}/v1/other"),
        gives(OK_DATA, keyed, requests=2),
        RETURNS,
    ),
    Row("K3-relative", "or by half of one", to("other"), gives(OK_DATA, keyed, requests=2), RETURNS),
    Row("K3-head", "a HEAD stays one", to("/v1/other"), gives(None, keyed, requests=2), "returns b''", call="peek"),
    Row("K3-five", "five times", Script((*HOPS[:5], answer())), gives(OK_DATA, keyed, requests=6), RETURNS),
    Row(
        "K3-six",
        "and not a sixth time",
        Script((*HOPS, answer())),
        fails("StatusError", reason=REFUSED, requests=6),
        RETURNS,
    ),
    Row(
        "K3-loop",
        "a circle ends there as well, and is not tried again",
        Script((redirect(302, "/v1/read"),)),
        fails("StatusError", reason=REFUSED, requests=lambda count: count <= 6),
        "raises TooManyRedirects",
        retry=QUICK,
        also=("R10",),
    ),
    Row(
        "K3-total",
        "all of it within the total",
        Script(tuple((pause(0.1), one) for one in HOPS)),
        fails("TimeoutError", within=0.75),
        "hangs past D|returns.*|raises.*",
        total=0.25,
        also=("T5",),
    ),
    Row(
        "K3-bomb",
        "what a redirect carries is not unpacked",
        Script((coded(bomb(), "gzip").replace(b"200 Status", b"302 Status\r\nLocation: /v1/other"), answer())),
        gives(OK_DATA, requests=2),
        RETURNS,
        options={"max_response_bytes": 65536},
        also=("H3",),
    ),
)

# ---- to no place at all

NOWHERE = {
    "file": ("file:///etc/passwd", "raises UnsupportedProtocol"),
    "ftp": ("ftp://{sink}/v1", "raises UnsupportedProtocol"),
    "script": ("javascript:alert(1)", "raises .*"),
    "data": ("data:application/json,{}", "raises .*"),
    "bracket": ("http://[", "raises .*"),
    "port": ("http://127.0.0.1:99999999/", "raises .*"),
    "no-host": ("http://", "raises .*"),
    "letters-for-a-port": ("http://127.0.0.1:port/", "raises .*"),
}
LOST = (
    *(
        Row(
            f"K4-{name}",
            "a redirect to no address of the web is refused",
            to(location),
            refused(),
            bare,
            retry=QUICK,
            also=("H1", "R10"),
        )
        for name, (location, bare) in NOWHERE.items()
    ),
    Row(
        "K4-nowhere",
        "a redirect without an address is an error",
        Script((head(302, None, content_length=0), answer())),
        fails("StatusError", status=302, requests=1),
        "returns 302",
    ),
    Row(
        "K4-downgrade",
        "from https to http is refused",
        Script((redirect(302, "http://{sink}/v1/read"),), tls="good"),
        refused(),
        FOLLOWS,
        also=("H1",),
    ),
)

# ---- keys

PRINTS = "raises LocalProtocolError and prints the key"
BAD_KEYS = {
    "newline": (f"{KEY}\n", PRINTS),
    "injection": (f"{KEY}\r\nX-Injected: 1", PRINTS),
    "space": (f" {KEY}", PRINTS),
    "space-inside": (KEY.replace("_", " ", 1), "returns {'ok': True}"),
    "nul": (f"{KEY}\0", PRINTS),
    "letters": (f"{KEY}\xe9", "raises UnicodeEncodeError.*"),
    "empty": ("", "returns {'ok': True}"),
}


def _tell_printed(scene: Scene, outcome: Outcome) -> str:
    printed = KEY in f"{outcome.error!s} {outcome.error!r}"
    return tell(scene, outcome) + (" and prints the key" if printed else "")


def _bad_key(name: str, key: str, bare: str) -> Row:
    def untold(_: Scene, outcome: Outcome) -> str | None:
        return "the error tells the key" if key and key in str(outcome.error) else None

    return Row(
        f"K5-{name}",
        "a key that no header can hold is refused when the client is made, and not shown",
        Script((answer(),)),
        fails("CredentialsError", untold, sent="no", requests=0, connections=0, within=0.5),
        bare,
        options={"credentials": {"ApiKey": key}},
        by_hand=lambda client, scene: client.get(scene.server.url, headers={KEY_HEADER: key}).json(),
        tell=_tell_printed,
    )


KEYS = tuple(_bad_key(name, key, bare) for name, (key, bare) in BAD_KEYS.items())


def _in_the_open(name: str, promise: str, expect: Any, **options: Any) -> Row:
    return Row(
        name,
        promise,
        Script((answer(),)),
        expect,
        RETURNS,
        options=lambda scene: {"server": f"http://api.test:{scene.server.port}/v1", **options},
        by_hand=lambda client, scene: client.get(f"http://api.test:{scene.server.port}", headers={KEY_HEADER: KEY}).json(),
        setup=lambda scene: names({"api.test": "127.0.0.1"}),
        alone=True,
    )


PLAIN = (
    _in_the_open(
        "K6-plain-http",
        "a key does not go over the open network",
        fails("CredentialsError", sent="no", connections=0),
    ),
    _in_the_open("K6-allowed", "unless it is told to", gives(OK_DATA, keyed, requests=1), allow_insecure_http=True),
)


def untraced(scene: Scene, outcome: Outcome) -> str | None:
    """A check that the key is in nothing that an error leads to, nor in any log."""
    error = outcome.error
    assert error is not None
    whole = traceback.TracebackException.from_exception(error, capture_locals=True)
    places = {
        "its text": f"{error!s} {error!r}",
        "its attributes": repr(vars(error)),
        "its pickle": pickle.dumps(error).decode("latin-1"),
        "its copy": repr(vars(copy.deepcopy(error))),
        "its traceback": "".join(whole.format()),
        "its request": repr(getattr(getattr(error, "response", None), "request", None).__dict__)
        if getattr(error, "response", None) is not None
        else "",
        "a log": "\n".join(scene.lines.kept),
    }
    found = [place for place, text in places.items() if KEY in text]
    return f"the key is in {', '.join(found)}" if found else None


def _tell_kept(scene: Scene, outcome: Outcome) -> str:
    headers = outcome.error.request.headers if outcome.error is not None else {}
    return f"{tell(scene, outcome)}{' and keeps the key' if headers.get(KEY_HEADER) == KEY else ''}"


def _checked(client: Any, scene: Scene) -> Any:
    return client.get(scene.server.url, headers={KEY_HEADER: KEY}).raise_for_status()


def _traceless(name: str, reply: Any, error: str, bare: str) -> Row:
    return Row(
        f"K7-{name}",
        "the key is in no error, no traceback, no pickle and no log",
        Script((reply,)),
        fails(error, untraced),
        f"{bare} and keeps the key",
        by_hand=_checked,
        tell=_tell_kept,
        alone=True,
    )


TRACES = (
    _traceless("lost", close(), "NoResponseError", "raises RemoteProtocolError"),
    _traceless("status", answer(500), "ServerError", "raises HTTPStatusError"),
    _traceless("nonsense", b"nonsense\r\n\r\n", "NoResponseError", "raises RemoteProtocolError"),
)

ROWS = (*ELSEWHERE, *HIDDEN, *ACTS, *AT_HOME, *LOST, *KEYS, *PLAIN, *TRACES)
