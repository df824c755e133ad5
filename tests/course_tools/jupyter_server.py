"""A JupyterLab of the tests: served as ``course lab`` serves it, with settings of its own, on this machine only."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request

from course_tools.cli import lab


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


def opened(page, address, name):
    """Open a notebook in a fresh workspace and wait for its kernel."""
    page.goto(f"{address}/lab/tree/{name}?reset")
    page.wait_for_function("!!window.jupyterapp && !!document.querySelector('.jp-CodeCell')")
    page.wait_for_function("jupyterapp.shell.currentWidget?.sessionContext?.isReady")
