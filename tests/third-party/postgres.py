"""A PostgreSQL cluster of our own: in a temporary folder, on a free loopback port, gone afterwards."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

from processes import Failure, free_port, running, wait_until


def programs():
    """The folder of initdb and postgres: the newest packaged version, or what the path has."""
    packaged = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: int(path.parts[-3]) if path.parts[-3].isdigit() else 0,
    )
    if packaged:
        return packaged[-1].parent
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    raise Failure("PostgreSQL is not installed: no initdb under /usr/lib/postgresql or on the path")


def as_other_user():
    """PostgreSQL refuses to run as root: the command prefix that makes it another user, and that user."""
    if os.geteuid() != 0:
        return [], None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            identity = [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
            return ["setpriv", *identity], user
    raise Failure("PostgreSQL must not run as root, and there is no user postgres or nobody")


class Cluster:
    """A running cluster. Each call of `database` makes an empty database and returns its URL."""

    def __init__(self, bin_folder, port):
        self.bin_folder = bin_folder
        self.port = port
        self.made = 0

    def url(self, database):
        return f"postgres://ambit@127.0.0.1:{self.port}/{database}"

    def database(self):
        self.made += 1
        name = f"ambit_{self.made}"
        # template0: the text order must not depend on the machine's locale.
        subprocess.run(
            [self.bin_folder / "createdb", "--template=template0", "--encoding=UTF8", "--locale=C"]
            + [f"--maintenance-db={self.url('postgres')}", name],
            check=True,
        )
        return self.url(name)


@contextlib.contextmanager
def cluster():
    """Runs a cluster while the block lasts."""
    bin_folder = programs()
    prefix, user = as_other_user()
    folder = Path(tempfile.mkdtemp(prefix="ambit-pg-"))
    try:
        if user is not None:
            os.chown(folder, user.pw_uid, user.pw_gid)
        data = folder / "data"
        subprocess.run(
            [*prefix, bin_folder / "initdb", "--pgdata", data, "--username=ambit", "--auth=trust"]
            + ["--encoding=UTF8", "--locale=C", "--no-sync"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
        )
        port = free_port()
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": port,
            "unix_socket_directories": folder,
            "fsync": "off",
            "full_page_writes": "off",
        }
        command = [*prefix, bin_folder / "postgres", "-D", data]
        command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        # SIGINT is the fast shutdown: it does not wait for clients.
        with running(command, "PostgreSQL", folder / "log", stop_with=signal.SIGINT) as process:
            server = Cluster(bin_folder, port)
            wait_until(lambda: accepts(server), "PostgreSQL", process)
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def accepts(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=1):
        pass
    ready = subprocess.run([server.bin_folder / "pg_isready", "--quiet", "--dbname", server.url("postgres")])
    return ready.returncode == 0
