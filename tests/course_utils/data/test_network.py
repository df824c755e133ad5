"""What stands between a reader and the data: proxies, filters, certificates, folders; each has its own sentence."""

import os
import shutil
import ssl
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests
from typer.testing import CliRunner

from course_tools.cli import app
from course_utils import data
from course_utils.data import network

SENTENCES = {network.PROXY: "HTTPS_PROXY", network.INTERCEPTED: "REQUESTS_CA_BUNDLE", network.CERTIFICATE: "unset it"}


@pytest.fixture(autouse=True)
def plain(monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def filtering(tmp_path_factory):
    """The port of a server whose certificate nobody here knows."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("certificate")
    request = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    subprocess.run(["openssl", *request.split(), *files], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *args: None
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server.server_port
        server.shutdown()


def refusal(mirrors, address):
    """Return what a reader is told where the only mirror has this address."""
    text = mirrors.table.read_text(encoding="utf-8")
    mirrors.table.write_text(text.replace(mirrors.server.mirror("good"), address), encoding="utf-8")
    with pytest.raises(data.DataUnavailable) as caught:
        data.fetch("mnist")
    return str(caught.value)


def assert_says(said, sentence, mirrors):
    assert sentence in said and SENTENCES[sentence] in said
    assert not any(other in said for other in SENTENCES if other != sentence)
    assert f"copy to {mirrors.folder}, and run: course data verify" in said and "\n" not in said


def test_a_dead_proxy(mirrors, monkeypatch, capsys):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert_says(refusal(mirrors, "https://data.example.org/"), network.PROXY, mirrors)


def test_a_filter_that_opens_encrypted_connections(mirrors, filtering, capsys):
    assert_says(refusal(mirrors, f"https://127.0.0.1:{filtering}/"), network.INTERCEPTED, mirrors)


def test_a_certificate_for_another_name(mirrors, filtering, capsys, monkeypatch):
    said = "hostname mismatch, certificate is not valid for 'data.example.org'"
    error = requests.exceptions.SSLError(f"certificate verify failed: {said}")
    assert network.advice([error]) == network.CERTIFICATE
    assert network.reason(error) == "certificate or encryption refused"


def test_a_file_of_certificates_that_is_not_there_stops_only_encrypted_mirrors(mirrors, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
    data.fetch("mnist")  # over plain http
    shutil.rmtree(mirrors.folder)
    assert_says(refusal(mirrors, "https://127.0.0.1:9/"), network.CERTIFICATE, mirrors)


def test_by_hand_the_first_mirror_and_every_missing_file_are_named(mirrors, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
    mirrors.use("good", "forbidden")
    said = refusal(mirrors, "https://127.0.0.1:9/")
    assert "403 Forbidden" in said
    assert f"on another machine, fetch {', '.join(mirrors.files)} from https://127.0.0.1:9/, copy to" in said


@pytest.mark.skipif(sys.platform == "win32" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_a_folder_that_may_not_be_read_for_an_ordinary_user(mirrors, capsys):
    data.fetch("mnist")
    mirrors.folder.chmod(0)
    try:
        assert data.status("mnist").state == "unreadable"
    finally:
        mirrors.folder.chmod(0o755)


def test_a_folder_that_may_not_be_read(mirrors, monkeypatch, capsys):
    def refuse(path):
        raise PermissionError(13, "Permission denied")

    data.fetch("mnist")
    monkeypatch.setattr("course_utils.data.storage.checksum", refuse)
    assert data.status("mnist") == data.Status(
        "mnist", "unreadable", tuple(f"{name} is unreadable" for name in mirrors.files)
    )
    for command, code in ((["get", "mnist"], 1), (["verify"], 1), (["list"], 0)):
        result = CliRunner().invoke(app, ["data", *command])
        assert (result.exit_code, "read" in result.output) == (code, True), result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)


def test_every_mirror_is_asked(mirrors):
    mirrors.use("forbidden", "good")
    result = CliRunner().invoke(app, ["data", "mirrors"])
    assert (result.exit_code, [line.split("  ")[-1] for line in result.stdout.splitlines()]) == (
        1,
        ["403 Forbidden", "answers"],
    )
    assert len(mirrors.server.requests) == 2
    mirrors.use("good")
    assert CliRunner().invoke(app, ["data", "mirrors"]).exit_code == 0


def test_everything_for_a_class_in_one_folder(mirrors, tmp_path, monkeypatch, contents):
    monkeypatch.setenv("COURSE_DATA", "set back after the test")
    result = CliRunner().invoke(app, ["data", "get", "--all", "--to", str(tmp_path / "class")])
    assert result.exit_code == 0, result.output
    assert contents(tmp_path / "class" / "MNIST" / "raw") == mirrors.files
    assert f"set COURSE_DATA to {tmp_path / 'class'}" in result.stdout
    assert CliRunner().invoke(app, ["data", "get"]).exit_code == 2
