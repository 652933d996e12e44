"""pages.nginx.conf serves the pages as the local edge and CloudFront do: files, headers, the API on the same host."""

from __future__ import annotations

import http.client
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from local.copy_web import copy_web, main
from local.deploy_web import cache_control
from local.edge.headers import SECURITY_HEADERS
from local.faults import LocalFault
from local.folders import ROOT, WEB
from local.web_files import CONTENT_TYPES, WebFiles, content_type

CONFIG = (ROOT / "pages.nginx.conf").read_text()
HTTPS_FOR_GOOD = {"Strict-Transport-Security": "max-age=31536000"}


def block(name: str) -> str:
    """The text between the braces of a location, in the server with TLS."""
    found = re.search(rf"^    {name} \{{\n(.*?)^    \}}", CONFIG, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


# ---------------------------------------------------------------- by its text


def test_it_sends_what_cloudfront_sends() -> None:
    pages = CONFIG.replace(block("location /api/"), "")
    sent = dict(re.findall(r'^    add_header ([\w-]+) "(.*)" always;$', pages, re.MULTILINE))
    assert sent == SECURITY_HEADERS | HTTPS_FOR_GOOD


def test_it_knows_each_kind_of_page() -> None:
    kinds = re.findall(r"^ +([\w/+-]+) +([\w ]+);$", block("types"), re.MULTILINE)
    known = {f".{suffix}": kind for kind, suffixes in kinds for suffix in suffixes.split()}
    assert known == {suffix: kind.partition(";")[0] for suffix, kind in CONTENT_TYPES.items()}


def test_what_one_has_to_set_is_marked() -> None:
    yours = [line.split("#")[0].split()[0] for line in CONFIG.splitlines() if "# yours" in line]
    assert yours == ["server_name", "server_name", "ssl_certificate", "ssl_certificate_key", "set", "resolver"]
    assert "Six lines are yours" in CONFIG


# ---------------------------------------------------------------- the folder that it shows


def test_the_folder_holds_the_pages_and_nothing_else(tmp_path: Path) -> None:
    pages = dict(WebFiles(WEB).all())
    assert copy_web(tmp_path / "web", WebFiles(WEB)) == len(pages)
    written = {it.relative_to(tmp_path / "web").as_posix() for it in (tmp_path / "web").rglob("*") if it.is_file()}
    assert written == pages.keys()
    assert (tmp_path / "web" / "docs" / "openapi.yaml").read_bytes() == (ROOT / "openapi.yaml").read_bytes()


def test_nothing_is_put_beside_what_is_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "secret.txt").touch()
    with pytest.raises(LocalFault, match="is not empty"):
        copy_web(tmp_path, WebFiles(WEB))
    assert main([str(tmp_path)]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert main([str(tmp_path / "pages")]) == 0


# ---------------------------------------------------------------- by nginx, where it is installed


class Api(BaseHTTPRequestHandler):
    """Stands for the API: returns the request that it received."""

    def _tell(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        told = "\n".join([f"{self.command} {self.path}", str(self.headers["Host"]), body.decode()]).encode()
        self.send_response(409)
        self.send_header("Content-Type", "application/problem+json")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    do_GET = do_POST = _tell  # noqa: N815 - the names that the server calls

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@dataclass(frozen=True)
class Server:
    port: int
    api: str

    def ask(self, path: str, method: str = "GET", body: bytes | None = None) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request(method, path, body)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()


@pytest.fixture(scope="module")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        pytest.skip("nginx is not installed, which serves the pages where CloudFront cannot")
    folder = tmp_path_factory.mktemp("nginx")
    copy_web(folder / "web", WebFiles(WEB))
    folder.chmod(0o755)
    api = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    threading.Thread(target=api.serve_forever, daemon=True).start()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    api_host = f"127.0.0.1:{api.server_port}"
    _, site = re.split(r"(?=^server \{\n    listen 443)", CONFIG, maxsplit=1, flags=re.MULTILINE)
    cache_map = CONFIG[CONFIG.index("map ") : CONFIG.index("server {")]
    site = re.sub(r"^    ssl_.*\n", "", site, flags=re.MULTILINE)
    for old, new in [
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{port};"),
        ("https://abcdefghij.execute-api.cn-north-1.amazonaws.com.cn", f"http://{api_host}"),
        ("root /srv/posthouse;", f"root {folder}/web;"),
    ]:
        assert site.count(old) == 1
        site = site.replace(old, new)
    temporary = "\n".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = f"user {folder.owner()};" if folder.owner() == "root" else ""
    (folder / "nginx.conf").write_text(
        f"{user}\nworker_processes 1;\npid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{temporary}\n{cache_map}{site}}}\n"
    )
    process = subprocess.Popen([program, "-p", str(folder), "-c", "nginx.conf", "-g", "daemon off;"])
    try:
        for _ in range(200):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            assert process.poll() is None, (folder / "error.log").read_text()
            time.sleep(0.05)
        yield Server(port, api_host)
    finally:
        process.terminate()
        process.wait(10)
        api.shutdown()
        api.server_close()


def test_every_page_comes_as_it_is(nginx: Server) -> None:
    for name, file in WebFiles(WEB).all():
        status, headers, body = nginx.ask(f"/{name}")
        assert (status, body) == (200, file.read_bytes()), name
        assert headers["Content-Type"].lower() == content_type(name), name
        assert SECURITY_HEADERS.items() | HTTPS_FOR_GOOD.items() <= headers.items(), name
        assert headers["Cache-Control"] == re.sub(r", s-maxage=\d+", "", cache_control(name)), name


def test_a_folder_is_its_index_and_what_is_not_there_is_404(nginx: Server) -> None:
    assert nginx.ask("/")[2] == (WEB / "index.html").read_bytes()
    assert nginx.ask("/staff/")[2] == (WEB / "staff" / "index.html").read_bytes()
    status, headers, _ = nginx.ask("/staff")
    assert (status, headers["Location"]) == (301, "/staff/")
    for path in ("/nothing.js", "/images/", "/.git/config", "/%2e%2e/nginx.conf"):
        status, headers, _ = nginx.ask(path)
        assert status in {400, 403, 404}, path
        assert status == 400 or SECURITY_HEADERS.items() <= headers.items(), path


def test_the_api_gets_everything_as_it_was_sent_and_its_answer_stays_as_it_is(nginx: Server) -> None:
    path = "/api/staff/orders/B%2F1?after=%E9%A9%BF&x=1+2"
    status, headers, body = nginx.ask(path, "POST", "驿站".encode())
    assert (status, body.decode().splitlines()) == (409, [f"POST {path}", nginx.api, "驿站"])
    assert (headers["Content-Type"], headers["Cache-Control"]) == ("application/problem+json", "no-store")
    assert not SECURITY_HEADERS.keys() & headers.keys()
    assert nginx.ask("/api/health")[2].decode().splitlines()[0] == "GET /api/health"
