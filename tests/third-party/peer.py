"""The reference peer, scim2-server, in memory on a free loopback port."""

import contextlib
import sys
import tempfile
from pathlib import Path

import web
from ambit import Target
from processes import free_port, running, wait_until

TOKEN = "the-token-of-the-peer"


@contextlib.contextmanager
def serving():
    """Runs an empty peer while the block lasts. It demands a bearer token, as Ambit does."""
    with tempfile.TemporaryDirectory(prefix="scim2-server-") as folder:
        port = free_port()
        program = Path(sys.executable).parent / "scim2-server"
        url = f"http://127.0.0.1:{port}/v2"
        command = [sys.executable, program, "--port", str(port), "--bearer-token", TOKEN]
        with running(command, "scim2-server", Path(folder) / "log") as process:
            wait_until(
                lambda: web.send("GET", url, headers=web.bearer(TOKEN)).status == 200,
                "scim2-server",
                process,
            )
            yield Target(url, TOKEN)
