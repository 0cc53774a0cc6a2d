"""tests/cli/test_command_secrets.py - that a key goes to its own service and nowhere else, whatever is done with it.

A key that is found nowhere else on earth is planted; afterwards everything is searched that the command printed at its
most talkative, wrote anywhere, or sent to anybody else: for the key as it is, percent-encoded and in base64.
"""
from __future__ import annotations

import base64
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tap  # noqa: E402
from command import VERBS, failure, small
from keyring import Keyring, missing
from programs import SMALL, Ended, Heard, LyingServer, Place, Tale, end_of, http_answer, imarouter, make_places, wait_for
from providers import IMAROUTER, KEYED, PROVIDERS, Provider, each_way

KEY = "sk-planted-5f1e0c9a7b3d48e6-Zq"
# Whatever libraries have to say for those who look for faults.
TALKATIVE = {"G_MESSAGES_DEBUG": "all", "G_DBUS_DEBUG": "all", "GNUTLS_DEBUG_LEVEL": "9", "GIO_EXTRA_DEBUG": "1"}
PATIENCE = "6"  # seconds that a job has


# What a key looks like

def in_base64(key: str) -> Iterator[str]:
    """What is the same of it whatever stands before and behind."""
    for before in range(3):
        text = base64.b64encode(b"\0" * before + key.encode()).decode().rstrip("=")
        first, last = (before * 8 + 5) // 6, (before + len(key)) * 8 // 6
        yield text[first:last]


def forms(key: str = KEY) -> set[bytes]:
    percent = "".join(f"%{ord(letter):02X}" for letter in key)
    halves = (key[:len(key) // 2], key[len(key) // 2:])  # a text may be cut in the middle of it
    plain = {key, percent, percent.lower(), *in_base64(key), *halves}
    return {form.encode() for form in plain} | {key.encode("utf-16-le"), key[::-1].encode()}


def search(where: str, content: bytes) -> None:
    for form in forms():
        at = content.find(form)
        assert at < 0, f"{where} has {form!r}: …{content[max(0, at - 60):at + 90]!r}…"


def heard_text(heard: Heard) -> bytes:
    return f"{heard.method} {heard.path} {heard.headers}".encode() + heard.body


@dataclass
class Watched:
    """A place in which everything is searched."""
    place: Place
    others: list[LyingServer] = field(default_factory=list)  # that may not see the key

    def other(self) -> LyingServer:
        server = self.place.server(lambda heard: http_answer(200, SMALL))
        self.others.append(server)
        return server

    def seedream(self, *words: str, key: str | None = KEY, said: bytes | None = None, **environment: str) -> Ended:
        folders = {f"XDG_{name.upper()}_HOME": str(self.place.folder / name) for name in ("config", "cache", "state")}
        temporary = self.place.folder / "tmp"
        temporary.mkdir(exist_ok=True)
        ended = self.place.seedream(*words, key=key, said=said,
                                    **{**TALKATIVE, **folders, "TMPDIR": str(temporary), **environment})
        self.check(ended)
        # GLib says what it has to say on the standard output, too.
        own = [line for line in ended.stdout.splitlines(keepends=True) if re.match(r"\{|[0-9a-f]{8}-", line)]
        return replace(ended, stdout="".join(own))

    def check(self, ended: Ended) -> None:
        assert ended.status >= 0, ended  # no crash
        for name in ("stdout", "stderr"):
            search(name, getattr(ended, name).encode(errors="surrogateescape"))
        self.check_files()
        for server in self.others:
            for heard in server.heard:
                search("what another server heard", heard_text(heard))

    def check_files(self) -> None:
        for folder in (self.place.folder, self.place.data, self.place.home):
            for path in folder.rglob("*"):
                search("a file's name", str(path).encode())
                if path.is_file():
                    search(str(path), path.read_bytes())


def test_what_is_planted_is_found(place: Place) -> None:
    """Else nothing below proves anything."""
    for form in (KEY, base64.b64encode(f"user:{KEY}".encode()).decode(), ENCODED["percent-encoded"], KEY[:20]):
        try:
            Watched(place).seedream("generate", "-p", f"a {form} b", "-o", "x.png", *IMAROUTER.at(place.server(imarouter())))
        except AssertionError as found:
            assert "jobs.sqlite" in str(found), found
        else:
            raise AssertionError(f"nobody noticed {form}")


# All goes well

@tap.each(each_way(VERBS, KEYED))
def test_no_trace_is_left_of_the_key_by(place: Place, case: tuple[Provider, str]) -> None:
    provider, verb = case
    watched, sandbox = Watched(place), small(place, "--api-key", KEY)
    watched.seedream(verb, "-p", "a hill", *VERBS[verb], "-o", "x.png", "--json", "-v", *provider.at(sandbox)).expect(0)
    watched.seedream("jobs", "list", "--json").expect(0)


ASKS = {"providers": ["providers", "--json"], "models": ["models", "--json"], "rules": ["rules"], "totals": ["jobs", "--summary"],
        "key show": ["key", "imarouter"], "key forget": ["key", "forget", "imarouter"], "help": ["--help"],
        "no such option": ["generate", "--nonsense"], "no prompt": ["generate", "-o", "x.png"]}


@tap.each(ASKS)
def test_no_trace_is_left_of_the_key_by_asking_for(place: Place, words: list[str]) -> None:
    Watched(place).seedream(*words, "-v")


def test_no_trace_is_left_of_the_key_by_a_job_that_is_fetched_later(place: Place) -> None:
    watched, server = Watched(place), place.server(imarouter())
    ended = watched.seedream("generate", "-p", "x", "--no-wait", *IMAROUTER.at(server)).expect(0)
    watched.seedream("jobs", "fetch", ended.stdout.split()[0], "-o", "x.png", "-v").expect(0)
    watched.seedream("generate", "-p", "x", "--no-wait", *IMAROUTER.at(server)).expect(0)
    watched.seedream("jobs", "recover", "-v").expect(0)
    assert len(server.creates()) == 2 and len(server.fetches()) == 2


def test_the_keyring_alone_has_the_key_that_is_set(place: Place) -> None:
    if reason := missing():
        raise tap.Skip(reason)
    bus = Keyring()
    place.stack.callback(bus.stop)
    watched, address = Watched(place), {"DBUS_SESSION_BUS_ADDRESS": bus.address}
    watched.seedream("key", "set", "imarouter", "-v", key=None, said=f"{KEY}\n".encode(), **address).expect(0)
    assert bus.secret("IMAROUTER_API_KEY") == KEY
    watched.seedream("key", "show", "imarouter", "-v", key=None, **address).expect(0)
    server = place.server(imarouter())
    watched.seedream("generate", "-p", "x", "-o", "x.png", *IMAROUTER.at(server), key=None, **address).expect(0)
    assert server.creates()[0].headers["authorization"] == f"Bearer {KEY}"
    watched.seedream("key", "forget", "imarouter", "-v", key=None, **address).expect(0)


# The service repeats the key

ENCODED = {"as it is": KEY, "percent-encoded": "".join(f"%{ord(letter):02x}" for letter in KEY),
           "in base64": base64.b64encode(f"Bearer {KEY}".encode()).decode(),
           "in base64 behind a name": base64.b64encode(f"user:{KEY}".encode()).decode()}
BODIES: dict[str, Callable[[str], bytes]] = {
    "an error": lambda key: http_answer(401, {"error": f"no such key: {key}"}),
    "a refusal": lambda key: http_answer(400, {"error": {"message": f"{key} may not", "code": key, "type": key}}),
    "text": lambda key: http_answer(403, f"{key} may not", content_type="text/plain"),
    "a page": lambda key: http_answer(502, f"<h1>{key}</h1>", content_type="text/html"),
    "headers": lambda key: http_answer(401, {"error": "no"}, www_authenticate=f"Bearer {key}", x_request_id=key,
                                       x_generation_id=key, set_cookie=f"key={key}", retry_after=key),
    "a redirect": lambda key: http_answer(302, {"error": key}, location=f"https://{key}.example/?{key}"),
    "a text that is cut": lambda key: http_answer(400, {"error": "x" * (300 - len(key) // 2 - 1) + " " + key}),
    "JSON that is none": lambda key: http_answer(200, "{" + key, content_type="application/json"),
    "another shape": lambda key: http_answer(200, {"key": key, "data": key, "choices": key, "output": key}),
    "a stream": lambda key: http_answer(200, f'data: {{"error":{{"message":"{key}","code":"{key}"}}}}\n\n',
                                        content_type="text/event-stream"),
}


def every_echo() -> dict[str, tuple[Provider, bytes]]:
    """Each body by each provider as it is, and otherwise encoded by one."""
    plain = {f"{what} of {name}": (provider, body(KEY)) for what, body in BODIES.items()
             for name, provider in KEYED.items()}
    return plain | {f"an error, {how}": (IMAROUTER, BODIES["an error"](key)) for how, key in ENCODED.items()}


@tap.each(every_echo())
def test_the_key_is_told_to_nobody_when_the_service_says_it_in(place: Place, case: tuple[Provider, bytes]) -> None:
    provider, answer = case
    watched, server = Watched(place), place.server(lambda heard: answer)
    ended = watched.seedream("generate", "-p", "x", "-o", "x.png", "--json", "-v", "--timeout", PATIENCE,
                             *provider.at(server))
    assert ended.status in (3, 5, 6) and server.creates()[0].headers["authorization"] == f"Bearer {KEY}", ended


@tap.each({name: provider for name, provider in KEYED.items() if name in ("imarouter-v1", "openrouter")})
def test_the_key_is_told_to_nobody_when_an_account_says_it(place: Place, provider: Provider) -> None:
    for answer in (BODIES["an error"](KEY), http_answer(200, {"data": {"label": KEY, "balance": KEY, "limit": KEY}})):
        watched, server = Watched(place), place.server(lambda heard, said=answer: said)
        watched.seedream("balance", "--json", "-v", "--timeout", PATIENCE, *provider.at(server))
        assert server.heard


def test_the_key_is_told_to_nobody_when_it_is_a_models_name(place: Place) -> None:
    told = {"data": {"id": f"a/{KEY}", "name": KEY, "description": KEY, "architecture": {"modality": KEY}}}
    server = place.server(lambda heard: http_answer(200, told))
    Watched(place).seedream("models", "--model", "a/b", "--json", "-v", *PROVIDERS["openrouter-images"].at(server))
    assert server.heard


def poll(status: str, **more: object) -> bytes:
    return http_answer(200, {"id": f"job-{KEY}", "status": status, **more})


LATER: dict[str, Callable[[str, str], Iterable[Tale]]] = {
    "a failure": lambda own, other: [poll("failed", error=f"{KEY} is bad")],
    "the address of another": lambda own, other: [poll("completed", output=[{"url": f"{other}/{KEY}.png"}])],
    "an address of its own": lambda own, other: [poll("completed", output=[{"url": f"{own}/x.png?key={KEY}"}])],
    "an address far away": lambda own, other: [poll("completed", output=[{"url": f"https://{KEY}.example/x.png"}])],
    "a data URL": lambda own, other: [poll("completed", output=[{"url": f"data:image/png;base64,{KEY}"}])],
    "no address": lambda own, other: [poll("completed", output=[{"url": KEY}, KEY])],
    "one picture of two": lambda own, other: [poll("completed", output=[{"url": f"{own}/picture"}, {"url": KEY}])],
}


@tap.each(LATER)
def test_the_key_is_told_to_nobody_when_it_is_in_a_jobs_id_and_in(place: Place, tell: Callable) -> None:
    watched = Watched(place)
    other = watched.other()
    polls: list[Tale] = []
    server = place.server(imarouter(create=[poll("queued")], polls=polls))
    polls += tell(server.url, other.url)
    watched.seedream("generate", "-p", "x", "-n", "2", "-o", "x.png", "--json", "-v", *IMAROUTER.at(server))
    assert any(heard.path == f"/v1/jobs/job-{KEY}" for heard in server.heard), "its own job was not asked for"
    assert not other.heard and not any(KEY in heard.path for heard in server.fetches() if "/jobs/" not in heard.path)
    watched.seedream("jobs", "list", "--json").expect(0)


REDIRECTS = {"to another": "{other}/{key}.png", "to itself": "/moved.png?key={key}",
             "to another without it": "{other}/x.png", "to a far away": "https://{key}.example/x.png",
             "to a file": "file:///{key}", "to the clouds' secrets": "http://169.254.169.254/{key}"}


@tap.each(REDIRECTS)
def test_the_key_goes_along_no_redirect(place: Place, location: str) -> None:
    watched = Watched(place)
    other = watched.other()
    moved = http_answer(302, location=location.format(other=other.url, key=KEY))
    server = place.server(imarouter(pictures=[moved]))
    ended = watched.seedream("generate", "-p", "x", "-o", "x.png", "--json", "-v", *IMAROUTER.at(server))
    failure(ended, 6, "bad-answer")
    assert len(server.fetches()) == 1 and not other.heard


def test_a_cookie_is_given_back_to_nobody(place: Place) -> None:
    server = place.server(imarouter(
        create=[http_answer(200, {"id": "job_1", "status": "queued"}, set_cookie=f"key={KEY}; Path=/")],
        pictures=[http_answer(302, location="/moved", set_cookie="a=b; Path=/")]))
    Watched(place).seedream("generate", "-p", "x", "-o", "x.png", *IMAROUTER.at(server)).expect(0)
    assert len(server.fetches()) == 2 and not any("cookie" in heard.headers for heard in server.heard)
    for heard in server.fetches():
        search("a request for a picture", heard_text(heard))


# The record says where a job was sent

def left_running(watched: Watched, server: LyingServer) -> str:
    """The id of a job whose service takes its time."""
    told = watched.seedream("generate", "-p", "x", "--no-wait", *IMAROUTER.at(server)).expect(0)
    return told.stdout.split()[0]


@tap.each({"wait": ["wait", "ID"], "fetch": ["fetch", "ID", "-o", "x.png"], "list": ["list"], "recover": ["recover"]})
def test_the_key_goes_to_no_address_that_the_record_alone_tells_for(place: Place, words: list[str]) -> None:
    watched, server = Watched(place), place.server(imarouter())
    name = left_running(watched, server)
    other = watched.other()
    with place.record() as record:
        record.execute("UPDATE job SET base_url = ?", (other.url,))
    words = ["jobs", *(word.replace("ID", name) for word in words), "-v", "--timeout", PATIENCE]
    ended = watched.seedream(*words)
    assert not other.heard and len(server.heard) == 1, ended
    if name in words:
        told = failure(watched.seedream(*words, "--json"), 3, "sign-in")
        assert other.url in told["message"] and told["charged"] is None, told
    with place.record() as record:
        record.execute("UPDATE job SET base_url = ?", (server.url,))
    watched.seedream(*words).expect(0)
    assert len(server.creates()) == 1 and len(server.fetches()) == 1


@tap.each({"the environment": False, "the command line": True})
def test_another_key_goes_where_a_job_was_sent_only_if_the_address_is_also_told_by(place: Place, told: bool) -> None:
    watched, server = Watched(place), place.server(imarouter())
    name = left_running(watched, server)
    ask = ("jobs", "fetch", name, "-o", "x.png", "-v", "--json")
    failure(watched.seedream(*ask, key="another"), 3, "sign-in")
    elsewhere = watched.other()
    failure(watched.seedream(*ask, key="another", IMAROUTER_BASE_URL=elsewhere.url), 3, "sign-in")
    assert len(server.heard) == 1 and not elsewhere.heard
    words, environment = (["--base-url", server.url], {}) if told else ([], {"IMAROUTER_BASE_URL": server.url})
    watched.seedream(*ask, *words, key="another", **environment).expect(0)
    assert len(server.creates()) == 1 and len(server.fetches()) == 1


# The network fails

CUTS: dict[str, Tale] = {"without a word": None, "in the middle": b"HTTP/1.1 200 Sure\r\nContent-Length: 99\r\n\r\n{",
                         "after nonsense": b"\x00\xff" * 40 + KEY.encode()}


@tap.each(CUTS)
def test_no_trace_is_left_of_the_key_by_a_connection_that_ends(place: Place, tale: Tale) -> None:
    server = place.server(lambda heard: tale)
    Watched(place).seedream("generate", "-p", "x", "-o", "x.png", "--json", "-v", *IMAROUTER.at(server)).expect(6)
    assert len(server.creates()) == 1


ROOTS = {"another machine": "http://192.0.2.1:9", "a name": "http://service.example", "a name like this machine's":
         "http://localhost.example", "another protocol": "ftp://127.0.0.1", "a user": "https://a:b@127.0.0.1"}


@tap.each(ROOTS)
def test_the_key_is_not_sent_in_the_clear_to(place: Place, root: str) -> None:
    watched = Watched(place)
    words = ("generate", "-p", "x", "-o", "x.png", "--json", "--provider", "imarouter")
    for ended in (watched.seedream(*words, "--base-url", root), watched.seedream(*words, IMAROUTER_BASE_URL=root)):
        assert failure(ended, 2, "invalid")["charged"] is False, ended
        assert ended.seconds < 5, ended


def test_where_nothing_secures_connections_that_is_told(place: Place) -> None:
    server = place.server(imarouter())
    root = server.url.replace("http:", "https:")
    ended = Watched(place).seedream("generate", "-p", "x", "-o", "x.png", "--json", "--provider", "imarouter", "--base-url",
                                    root, "--timeout", PATIENCE, GIO_USE_TLS="dummy")
    told = failure(ended, 6, "unavailable")
    assert told["charged"] is False and "No secure connection to 127.0.0.1: TLS support is not available" in told["message"]
    assert not server.heard


# Proxies

def proxied(server: LyingServer) -> dict[str, str]:
    return {name: server.url for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy")}


def test_a_key_for_this_machine_passes_no_proxy(place: Place) -> None:
    watched, server = Watched(place), place.server(imarouter())
    proxy = watched.other()
    watched.seedream("generate", "-p", "x", "-o", "x.png", *IMAROUTER.at(server), **proxied(proxy)).expect(0)
    assert not proxy.heard


def test_a_proxy_sees_no_key(place: Place) -> None:
    watched = Watched(place)
    proxy = watched.other()
    ended = watched.seedream("generate", "-p", "x", "-o", "x.png", "--provider", "imarouter", "--json", "--base-url",
                             "https://service.example", "--timeout", PATIENCE, **proxied(proxy))
    assert ended.status == 6 and {heard.method for heard in proxy.heard} == {"CONNECT"}, (ended, proxy.heard)


def test_a_proxy_on_this_machine_may_fetch_pictures_from_elsewhere(place: Place) -> None:
    watched = Watched(place)
    proxy = watched.other()
    away = http_answer(200, {"id": "job_1", "status": "completed", "output": [{"url": "https://pictures.example/1.png"}]})
    server = place.server(imarouter(polls=[away]))
    watched.seedream("generate", "-p", "x", "-o", "x.png", "--json", *IMAROUTER.at(server), "--timeout", PATIENCE,
                     **proxied(proxy))
    assert {(heard.method, heard.path) for heard in proxy.heard} == {("CONNECT", "pictures.example:443")}, proxy.heard


# Other programs

def test_no_child_is_told_the_key_and_no_core_is_left(place: Place) -> None:
    process = place.start("generate", "-p", "x", "-o", "x.png", "--provider", "sandbox", key=KEY)
    own = Path(f"/proc/{process.pid}")
    children = wait_for(lambda: [child for task in own.glob("task/*/children") for child in task.read_text().split()])
    # Between fork() and exec() a child is still what its parent is.
    wait_for(lambda: all(b"seedream-sandbox" in Path(f"/proc/{child}/cmdline").read_bytes() for child in children))
    for pid in children:
        for name in ("cmdline", "environ"):
            search(f"the child's {name}", Path(f"/proc/{pid}/{name}").read_bytes())
    search("the command line", (own / "cmdline").read_bytes())
    limits = [line.split() for line in (own / "limits").read_text().splitlines() if line.startswith("Max core")]
    assert limits[0][4] == "0", limits
    end_of(process, time.monotonic()).expect(0)


if __name__ == "__main__":
    sys.exit(tap.main(globals(), make_places(), at_once=3))
