"""Starting servers on free loopback ports, and ending them whatever happens."""

import contextlib
import signal
import socket
import subprocess
import time


class Failure(Exception):
    """Something is not as it must be. The message says what, in words for a person."""


class NotReady(Failure):
    """A server did not start."""


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_until(ready, what, process=None, seconds=60):
    """Polls `ready` until it is true. Fails early when the process has ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process is not None and process.poll() is not None:
            raise NotReady(f"{what} ended with status {process.returncode} while starting")
        with contextlib.suppress(OSError):
            if ready():
                return
        time.sleep(0.05)
    raise NotReady(f"{what} was not ready within {seconds} s")


@contextlib.contextmanager
def running(command, what, log, must_stop_cleanly=False, stop_with=signal.SIGTERM):
    """Runs a server while the block lasts, its output in the file `log`, and ends it with a signal."""
    with open(log, "ab") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield process
    except Exception as error:
        if isinstance(error, NotReady) or process.poll() is not None:
            show_end(log, what)
        raise
    finally:
        status = stop(process, stop_with)
    if must_stop_cleanly and status != 0:
        show_end(log, what)
        raise Failure(f"{what} ended with status {status} on {stop_with.name}, not 0")


def stop(process, stop_with=signal.SIGTERM, seconds=15):
    """Ends a process by a signal, and by SIGKILL when it does not listen. Returns its exit status."""
    if process.poll() is None:
        process.send_signal(stop_with)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    return process.returncode


def show_end(log, what, lines=40):
    with open(log, errors="replace") as text:
        last = text.readlines()[-lines:]
    print(f"--- the last lines of {what}'s log ---")
    print("".join(last), end="")
    print("--- end of log ---")
