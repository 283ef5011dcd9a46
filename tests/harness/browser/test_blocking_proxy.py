"""The network blocks of Chromium: each holds alone, and whatever runs into them is counted."""

import contextlib
import socket
import threading

import pytest
from surroundings import lacking

from harness.browser.blocking_proxy import BlockingProxy
from harness.browser.chromium import NETWORK_BLOCKS, _launched, chromium, program, visitor
from harness.errors import SkippedError
from harness.web.server import serving

# No other host: names that nobody can own, and another address of this machine's loopback.
ELSEWHERE = "127.0.0.2"
SCRIPTS = {
    "/shared.js": b"onconnect = async e => { await fetch('http://there.invalid/').catch(() => 0);"
    b" e.ports[0].postMessage(1); }",
    "/worker.js": b"fetch('/to/http://there.invalid/').catch(() => 0).then(() => postMessage(1))",
}
FETCH = "url => fetch(url, {mode: 'no-cors'}).catch(() => 0)"
IMAGE = "url => new Promise(r => { const i = new Image(); i.onload = i.onerror = r; i.src = url })"
FRAME = """url => new Promise(r => { const i = document.createElement("iframe"); i.onload = r;
i.src = url; document.body.append(i); })"""
SOCKET = "url => new Promise(r => { const s = new WebSocket(url); s.onerror = s.onopen = r; })"
EVENTS = """url => new Promise(r => { const s = new EventSource(url);
s.onerror = s.onopen = () => { s.close(); r(); } })"""
SHARED = "url => new Promise(r => { new SharedWorker(url).port.onmessage = r; })"
WORKER = "url => new Promise(r => { new Worker(url).onmessage = r; })"
POPUP = "url => new Promise(r => { window.open(url); setTimeout(r, 500); })"
LINK = """url => new Promise(r => { const it = document.createElement("link");
[it.rel, it.as] = REL; it.onload = it.onerror = r; it.href = url;
document.head.append(it); setTimeout(r, 500); })"""
PREFETCH, PRELOAD = (
    LINK.replace("REL", '["prefetch", ""]'),
    LINK.replace("REL", '["preload", "image"]'),
)
STYLE = LINK.replace("REL", '["stylesheet", ""]')
BEACON = "url => new Promise(r => { navigator.sendBeacon(url); setTimeout(r, 500); })"
LEAVE = "url => new Promise(r => { location = url; setTimeout(r, 500); })"
REFRESH = """url => new Promise(r => { const it = document.createElement("meta");
it.httpEquiv = "refresh"; it.content = `0;url=${url}`; document.head.append(it);
setTimeout(r, 800); })"""
SEND = """url => new Promise(r => { const it = document.createElement("form");
[it.method, it.action] = ["post", url]; document.body.append(it); it.submit();
setTimeout(r, 500); })"""
DOWNLOAD = """url => new Promise(r => { const it = document.createElement("a");
[it.href, it.download] = [url, "a"]; document.body.append(it); it.click(); setTimeout(r, 500); })"""
MODULE = "url => import(url).catch(() => 0)"
ALOUD = """url => new Promise(r => { const it = document.createElement("video");
it.onerror = r; it.src = url; document.body.append(it); setTimeout(r, 500); })"""
WAYS = {
    "fetch": (FETCH, "http://there.invalid/"),
    "fetch, encrypted": (FETCH, "https://there.invalid/"),
    "image": (IMAGE, "//there.invalid/a.png"),
    "frame": (FRAME, "http://there.invalid/"),
    "popup": (POPUP, "http://there.invalid/"),
    "events": (EVENTS, "http://there.invalid/"),
    "fetch redirected": (FETCH, "/to/http://there.invalid/"),
    "fetch redirected twice": (FETCH, "/to//to/http://there.invalid/"),
    "fetch redirected, encrypted": (FETCH, "/to/https://there.invalid/"),
    "fetch redirected to an address": (FETCH, "/to/http://10.255.255.1/"),
    "fetch redirected to 127.0.0.2": (FETCH, "/to/http://127.0.0.2:ELSEWHERE/"),
    "fetch redirected to a link-local address": (FETCH, "/to/http://169.254.169.254/meta-data"),
    "image redirected": (IMAGE, "/to/http://there.invalid/a.png"),
    "frame redirected": (FRAME, "/to/http://there.invalid/"),
    "popup redirected": (POPUP, "/to/http://there.invalid/"),
    "events redirected": (EVENTS, "/to/http://there.invalid/"),
    "WebSocket": (SOCKET, "ws://there.invalid/"),
    "WebSocket, encrypted": (SOCKET, "wss://there.invalid/"),
    "WebSocket to 127.0.0.2": (SOCKET, "ws://127.0.0.2:ELSEWHERE/"),
    "prefetch": (PREFETCH, "http://there.invalid/a"),
    "prefetch of another port": (PREFETCH, "http://127.0.0.2:ELSEWHERE/a"),
    "prefetch redirected": (PREFETCH, "/to/http://there.invalid/a"),
    "preload": (PRELOAD, "http://127.0.0.2:ELSEWHERE/a"),
    "style": (STYLE, "http://there.invalid/a.css"),
    "beacon": (BEACON, "http://there.invalid/"),
    "another page": (LEAVE, "http://there.invalid/"),
    "another page of another port": (LEAVE, "http://127.0.0.2:ELSEWHERE/"),
    "another page by refresh": (REFRESH, "http://there.invalid/"),
    "form": (SEND, "http://there.invalid/"),
    "form redirected": (SEND, "/to/http://there.invalid/"),
    "download": (DOWNLOAD, "http://there.invalid/"),
    "module": (MODULE, "http://there.invalid/a.js"),
    "video": (ALOUD, "http://there.invalid/a.mp4"),
    "popup of another port": (POPUP, "http://127.0.0.2:ELSEWHERE/"),
    "popup redirected to another port": (POPUP, "/to/http://127.0.0.2:ELSEWHERE/"),
    "shared worker": (SHARED, "/shared.js"),
    "worker redirected": (WORKER, "/worker.js"),
}

# Chromium follows none of these, or asks nobody by them.
DROPPED = {
    "beacon redirected": (BEACON, "/to/http://127.0.0.2:ELSEWHERE/"),
    "WebSocket redirected": (SOCKET, "ws:HERE/to/ws://127.0.0.2:ELSEWHERE/"),
    "preconnect": (LINK.replace("REL", '["preconnect", ""]'), "http://127.0.0.2:ELSEWHERE/"),
    "resolve": (LINK.replace("REL", '["dns-prefetch", ""]'), "http://there.invalid/"),
}


def own_page(environ, start):
    path = environ["PATH_INFO"]
    if path.startswith("/to/"):
        start("302 Found", [("Location", path.removeprefix("/to/")), ("Content-Length", "0")])
        return [b""]
    kind = "text/javascript" if path.endswith(".js") else "text/html"
    body = SCRIPTS.get(path, b"<!DOCTYPE html><title>here</title>")
    start("200 OK", [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]


@contextlib.contextmanager
def elsewhere():
    """A port of 127.0.0.2, and who came there."""
    came = []
    with socket.create_server((ELSEWHERE, 0)) as listener:

        def listen():
            with contextlib.suppress(OSError):
                while True:
                    connection, _address = listener.accept()
                    came.append(connection.recv(100))
                    connection.close()

        threading.Thread(target=listen, daemon=True).start()
        yield listener.getsockname()[1], came
        listener.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="module")
def browser():
    try:
        program()
    except SkippedError as reason:
        lacking(str(reason))
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def site():
    with serving(own_page) as url:
        yield url


@pytest.mark.parametrize("way", WAYS)
def test_what_a_page_asks_of_other_hosts_is_refused_and_counted_once(way, browser, site):
    from playwright.sync_api import Error

    script, url = WAYS[way]
    with elsewhere() as (port, came):
        with visitor(browser) as guarded:
            guarded.page.goto(site)
            url = url.replace("ELSEWHERE", str(port))
            with contextlib.suppress(Error):  # the page has gone elsewhere
                guarded.page.evaluate(script, url)
        assert len(guarded.blocked) == 1, guarded.blocked
        assert came == []


@pytest.mark.parametrize("way", DROPPED)
def test_what_chromium_drops_by_itself_comes_nowhere(way, browser, site):
    script, url = DROPPED[way]
    with elsewhere() as (port, came), visitor(browser) as guarded:
        guarded.page.goto(site)
        url = url.replace("ELSEWHERE", str(port)).replace("HERE", site.removeprefix("http:"))
        guarded.page.evaluate(script, url)
        assert came == []
    assert came == guarded.blocked == []


def test_a_page_that_leads_away_itself(browser, site):
    with visitor(browser) as guarded, pytest.raises(Exception, match="ERR_"):
        guarded.page.goto(f"{site}/to/http://there.invalid/secret")
    assert guarded.blocked == ["http://there.invalid/secret"]


def test_visitors_at_once_are_counted_apart(browser, site):
    with visitor(browser) as first, visitor(browser) as second:
        for guarded, times in ((first, 1), (second, 3)):
            guarded.page.goto(site)
            for _ in range(times):
                guarded.page.evaluate(FETCH, "/to/http://there.invalid/")
    assert (len(first.blocked), len(second.blocked)) == (1, 3)


def test_what_stays_here_is_not_counted(browser, site):
    with visitor(browser) as guarded:
        guarded.page.goto(site)
        for host in (site, site.replace("127.0.0.1", "localhost"), "data:,", "/to/" + site):
            guarded.page.evaluate(FETCH, host)
    assert guarded.blocked == []


@pytest.mark.parametrize(
    ("blocks", "holds"), [(NETWORK_BLOCKS[:1], True), (NETWORK_BLOCKS[1:3], True), ((), False)]
)
def test_either_network_block_of_chromium_holds_alone(blocks, holds, browser, site):
    with elsewhere() as (port, came):
        bare = browser.browser_type.launch(
            executable_path=program(), args=[*blocks], chromium_sandbox=False
        )
        page = bare.new_page()
        page.goto(site)
        address = f"{ELSEWHERE}:{port}"
        for script, url in (
            (FETCH, f"http://{address}/"),
            (FETCH, f"/to/http://{address}/"),
            (SOCKET, f"ws://{address}/"),
        ):
            page.evaluate(script, url)
        bare.close()
        assert bool(came) is not holds


def test_a_wall_notes_requests_and_nothing_else():
    wall = BlockingProxy()
    address = ("127.0.0.1", int(wall.address.rsplit(":", 1)[1]))
    idle = socket.create_connection(address)
    for sent in (
        b"GET http://a.invalid/b HTTP/1.1\r\n", b"CONNECT c.invalid:443 HTTP/1.1\r\n", b"",
        b"GET / HTTP/1.1\r\n", b"\x16\x03\x01\r\n", b"POST http://d.inv", b"x" * 20_000,
    ):  # fmt: skip
        with socket.create_connection(address) as connection, contextlib.suppress(OSError):
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            assert connection.recv(10) == b""
    idle.close()
    wall.close()
    assert wall.heard == ["http://a.invalid/b", "c.invalid:443"]
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(address)


class Launcher:
    """Playwright, on a system that may let Chromium have its sandbox."""

    def __init__(self, lets):
        self.lets, self.chromium, self.tried = lets, self, []

    def launch(self, chromium_sandbox, **_options):
        self.tried.append(chromium_sandbox)
        if chromium_sandbox and not self.lets:
            from playwright.sync_api import Error

            raise Error("No usable sandbox!")
        return "a browser"


@pytest.mark.parametrize(
    ("user", "lets", "tried"),
    [(1000, True, [True]), (1000, False, [True, False]), (0, True, [False])],
)
def test_the_sandbox_is_on_where_the_system_lets_it(user, lets, tried, monkeypatch):
    pytest.importorskip("playwright")
    monkeypatch.setattr("os.geteuid", lambda: user)
    playwright = Launcher(lets)
    assert _launched(playwright, "chromium") == ("a browser", tried[-1])
    assert playwright.tried == tried
