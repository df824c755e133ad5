"""A JupyterLab of the tests: served as ``course lab`` serves it, with settings of its own, on this machine only."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request

from course_tools.cli import lab
from tests.course_tools.accessibility import settle


@contextlib.contextmanager
def serving(folder, work, **environment):
    """Serve the notebooks in ``work`` and give the server's address; settings and log go to ``folder``."""
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR")
    own = {name: str(folder / name) for name in (*names, "JUPYTERLAB_WORKSPACES_DIR")}
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    ours = ("--ServerApp.root_dir", "--LabApp.default_url")
    options = [one for one in lab.server_arguments(None) if not one.startswith(ours)]
    options += [f"--ServerApp.root_dir={work}", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}"]
    options += ["--no-browser", "--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True"]
    with (folder / "log").open("w", encoding="utf-8") as log:
        command = [sys.executable, "-m", "jupyterlab", *options]
        environment = os.environ | own | {"COURSE_WIDGETS": "1"} | environment
        server = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
    try:
        yield _answering(f"http://127.0.0.1:{port}", server, folder / "log")
    finally:
        server.terminate()
        server.wait(timeout=300)


def _answering(address, server, log):
    for _ in range(3000):
        assert server.poll() is None, log.read_text()
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/api") as answer:
            return answer.url.removesuffix("/api")
        time.sleep(0.1)
    raise AssertionError(f"JupyterLab does not answer:\n{log.read_text()}")


NOTEBOOK = "jupyterapp.shell.currentWidget.content"
THEMES = ("Light", "Dark")


def opened(page, address, name):
    """Open a notebook in a fresh workspace and wait for its kernel."""
    page.goto(f"{address}/lab/tree/{name}?reset")
    page.wait_for_function("!!window.jupyterapp && !!document.querySelector('.jp-CodeCell')")
    page.wait_for_function("jupyterapp.shell.currentWidget?.sessionContext?.isReady")


def run_all(page):
    """Run every cell of the open notebook and wait for the last, with all cells on the page: a long notebook shows
    only those in view."""
    page.evaluate(f"{NOTEBOOK}.notebookConfig = {{...{NOTEBOOK}.notebookConfig, windowingMode: 'none'}}")
    page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells').then(() => 1)")


def show_theme(page, theme):
    """Change JupyterLab's theme and wait until its style sheet is in force."""
    page.evaluate(
        f"jupyterapp.commands.execute('apputils:change-theme', {{theme: 'JupyterLab {theme}'}}).then(() => 1)"
    )
    bright = "getComputedStyle(document.querySelector('.jp-Notebook')).backgroundColor.match(/\\d+/)[0] > 127"
    page.wait_for_function(f"{bright} === {str(theme == 'Light').lower()}")
    settle(page)


def close(page, save=False):
    """Save the open notebook if asked to, and end its kernel."""
    if save:
        page.evaluate("jupyterapp.commands.execute('docmanager:save').then(() => 1)")
    page.evaluate("jupyterapp.shell.currentWidget.sessionContext.shutdown().then(() => 1)")
