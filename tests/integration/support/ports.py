"""Ports that no other test on this machine uses at the same time."""
import fcntl
import os
import random
import socket
import tempfile

_FIRST, _BLOCK, _BLOCKS = 12000, 20, 900  # below the range from which the kernel takes its own
_locks = []                               # held until the process ends


def _blocks():
    folder = os.path.join(tempfile.gettempdir(), f"berth-test-ports-{os.getuid()}")
    os.makedirs(folder, exist_ok=True)
    for number in random.sample(range(_BLOCKS), _BLOCKS):
        lock = open(os.path.join(folder, str(number)), "w", encoding="ascii")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            continue
        _locks.append(lock)
        yield range(_FIRST + number * _BLOCK, _FIRST + (number + 1) * _BLOCK)


def _is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))
        except OSError:
            return False
    return True


_ports = (port for block in _blocks() for port in block if _is_free(port))


def free_port():
    """Each port is given once."""
    return next(_ports)
