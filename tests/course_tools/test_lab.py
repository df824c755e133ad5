"""``course lab``: what it opens, and what its terminals and cells find."""

import asyncio
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
import webbrowser
from pathlib import Path

import pytest
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect
from typer.testing import CliRunner

from course_tools.cli import app, lab

ROOT = Path(__file__).parents[2]
BIN = str(Path(sys.executable).parent)


@pytest.fixture
def opened(root, monkeypatch):
    """Return a function that runs the command and returns what JupyterLab would open."""
    notebooks = []
    monkeypatch.setattr(lab, "serve", notebooks.append)

    def run(*arguments):
        result = CliRunner().invoke(app, ["lab", *arguments])
        assert result.exit_code == 0, result.output
        return notebooks.pop()

    return run


def test_a_lecture_is_started_before_it_is_opened(root, opened):
    mine = root / "my_work" / "02_toy.ipynb"
    assert opened("2") == mine
    mine.write_text("mine")
    assert opened("02") == mine
    assert mine.read_text() == "mine"


def test_without_a_number_a_newcomer_gets_the_first_lecture(root, opened):
    assert opened() == root / "my_work" / "01_toy.ipynb"
    assert opened() is None  # from then on the folder, with JupyterLab's own memory of what was open


def test_solutions_are_taught_from_a_copy(root, opened):
    assert opened("02", "--solutions") == root / "my_work" / "solutions" / "02_toy.ipynb"
    assert CliRunner().invoke(app, ["lab", "--solutions"]).exit_code == 2


def test_my_work_is_all_that_is_served(root):
    folder, page = lab.server_arguments(root / "my_work" / "solutions" / "02_a toy.ipynb")[:2]
    assert folder == f"--ServerApp.root_dir={root / 'my_work'}"
    assert page == "--LabApp.default_url=/lab/tree/solutions/02_a%20toy.ipynb"
    assert "--LabApp.default_url=/lab" in lab.server_arguments(None)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Windows has no root")
@pytest.mark.parametrize(("user", "expected"), [(0, True), (1000, False)])
def test_lab_asks_for_root_only_as_root(monkeypatch, user, expected):
    monkeypatch.setattr(os, "geteuid", lambda: user)
    assert ("--allow-root" in lab.server_arguments(None)) is expected


@pytest.mark.parametrize(
    ("found", "expected"), [("firefox", True), ("w3m", False), (webbrowser.Error("none"), False)], ids=str
)
def test_lab_opens_only_a_browser_with_windows(monkeypatch, found, expected):
    def get():
        if isinstance(found, Exception):
            raise found
        return webbrowser.GenericBrowser(found)

    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(webbrowser, "get", get)
    assert ("--no-browser" not in lab.server_arguments(None)) is expected


def test_what_the_server_starts_finds_this_environment_and_this_course(root, monkeypatch, tmp_path):
    for variable in ("PATH", "COURSE_ROOT", "VIRTUAL_ENV"):  # put back after the test
        monkeypatch.setenv(variable, os.environ.get(variable, ""))
    monkeypatch.setenv("COURSE_WORK", "work")  # from where the command runs
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COURSE_DATA")
    lab.enter_environment()
    assert os.environ["PATH"].startswith(BIN + os.pathsep)
    assert os.environ.get("VIRTUAL_ENV") == (sys.prefix if sys.prefix != sys.base_prefix else None)
    assert (os.environ["COURSE_ROOT"], os.environ["COURSE_WORK"]) == (str(root), str(tmp_path / "work"))
    assert "COURSE_DATA" not in os.environ
    lab.enter_environment()
    assert os.environ["PATH"].split(os.pathsep).count(BIN) == 1


@contextlib.contextmanager
def serving(folder: Path, **variables: str):
    """Run ``course lab`` as the Makefile does, without activation; yield its address, page and token."""
    environment = {name: value for name, value in os.environ.items() if "DISPLAY" not in name and name != "BROWSER"}
    environment |= {"JUPYTER_RUNTIME_DIR": str(folder / "run"), "JUPYTER_CONFIG_DIR": str(folder / "config")}
    environment["BROWSER"] = "w3m"  # one without windows, so that macOS too has none to open
    environment |= {"IPYTHONDIR": str(folder / "ipython")}  # without what the tests add to it
    environment |= {"PATH": "/usr/bin:/bin", "COURSE_WORK": str(folder / "my work"), **variables}
    environment.pop("VIRTUAL_ENV", None)
    log = folder / "log"
    with log.open("w", encoding="utf-8") as stream:
        command = [sys.executable, "-c", "from course_tools.cli import app; app()", "lab"]
        server = subprocess.Popen(
            command, env=environment, cwd=ROOT, stdout=stream, stderr=stream, stdin=subprocess.DEVNULL
        )
    try:
        yield wait_for_address(log, server)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=300)
    assert "Traceback" not in log.read_text(encoding="utf-8")


def wait_for_address(log: Path, server: subprocess.Popen) -> tuple[str, str, str]:
    for _ in range(3000):
        found = re.search(r"http://(localhost:\d+)(/lab\S*)\?token=(\w+)", log.read_text(encoding="utf-8"))
        if found:
            return found.groups()
        assert server.poll() is None, log.read_text(encoding="utf-8")
        time.sleep(0.1)
    raise AssertionError(f"no address printed:\n{log.read_text(encoding='utf-8')}")


def ask(host: str, token: str, path: str, content: dict | None = None):
    """Ask the server's REST API."""
    request = urllib.request.Request(
        f"http://{host}{path}",
        headers={"Authorization": f"token {token}"},
        data=None if content is None else json.dumps(content).encode(),
    )
    with urllib.request.urlopen(request, timeout=300) as answer:
        return json.loads(answer.read())


async def typed_in_a_terminal(host: str, token: str, line: str) -> str:
    """Return what a new terminal shows from the start until a line is done."""
    name = ask(host, token, "/api/terminals", {})["name"]
    url = f"ws://{host}/terminals/websocket/{name}"
    socket = await websocket_connect(HTTPRequest(url, headers={"Authorization": f"token {token}"}))
    await socket.write_message(json.dumps(["stdin", f"{line}; echo do''ne\n"]))
    shown = ""
    while "done" not in shown:
        kind, text, *_ = json.loads(await asyncio.wait_for(socket.read_message(), 60))
        shown += text if kind == "stdout" else ""
    return shown


async def printed_by_a_cell(host: str, token: str, code: str) -> str:
    """Return what a cell prints in a new kernel."""
    kernel = ask(host, token, "/api/kernels", {"name": "python3"})["id"]
    url = f"ws://{host}/api/kernels/{kernel}/channels"
    socket = await websocket_connect(HTTPRequest(url, headers={"Authorization": f"token {token}"}))
    header = {"msg_id": "1", "msg_type": "execute_request", "username": "", "session": "1", "version": "5.3"}
    content = {"code": code, "silent": False, "store_history": False, "allow_stdin": False}
    message = {"channel": "shell", "header": header, "parent_header": {}, "metadata": {}, "content": content}
    await socket.write_message(json.dumps(message))
    printed = ""
    while True:
        answer = json.loads(await asyncio.wait_for(socket.read_message(), 60))
        if answer["parent_header"].get("msg_id") == header["msg_id"]:
            printed += answer["content"].get("text", "")
            if answer["content"].get("execution_state") == "idle":
                return printed


SHOW = "command -v course; command -v pip; course progress"


@pytest.mark.skipif(sys.platform == "win32", reason="stopped by a POSIX signal")
@pytest.mark.parametrize("shell", ["bash", "zsh", "sh"])
def test_terminals_and_cells_find_course_and_pip(tmp_path, shell):
    found = [path for path in (f"/bin/{shell}", f"/usr/bin/{shell}") if Path(path).exists()]
    if not found:
        pytest.skip(f"no {shell} here")
    home = tmp_path / "home"
    home.mkdir()
    for name in (".bashrc", ".zshrc"):  # what pyenv and conda write there: another Python comes first
        (home / name).write_text('export MINE=read\nexport PATH="/usr/bin:$PATH"\n')
    with serving(tmp_path, SHELL=found[0], HOME=str(home)) as (host, page, token):
        assert page == "/lab/tree/00_start_here.ipynb"
        assert [one["path"] for one in ask(host, token, "/api/contents/")["content"]] == ["00_start_here.ipynb"]
        shown = asyncio.run(typed_in_a_terminal(host, token, f"{SHOW}; echo mine=$MINE"))
        printed = asyncio.run(printed_by_a_cell(host, token, f"!{SHOW}"))
    for answer in (shown, printed):
        for expected in (f"{BIN}/course", f"{BIN}/pip", "00  Start here"):
            assert expected in answer
    assert shell == "sh" or "mine=read" in shown
