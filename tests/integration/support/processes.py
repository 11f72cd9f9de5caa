"""The process table, from /proc."""
import os
import time


def _stat(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return None


def table():
    """{pid: (state, parent, session, CPU ticks)} of the whole machine."""
    found = {}
    for name in os.listdir("/proc"):
        fields = _stat(name) if name.isdigit() else None
        if fields:
            found[int(name)] = (fields[0], int(fields[1]), int(fields[3]), sum(map(int, fields[11:15])))
    return found


def alive(pid):
    fields = _stat(pid)
    return fields is not None and fields[0] != "Z"


def of_session(session):
    """Everybody that a server, started as leader of a session, has left; zombies do not count."""
    return sorted(pid for pid, (state, _, of, _) in table().items() if of == session and state != "Z")


def children(pid):
    return sorted(child for child, (state, parent, _, _) in table().items() if parent == pid and state != "Z")


def leaves(root):
    """The processes below root that have no children: the workers."""
    todo, found = [root], []
    while todo:
        below = children(todo.pop())
        for pid in below:
            (todo if children(pid) else found).append(pid)
    return sorted(found)


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def wait_until(condition, seconds=10.0, what="the condition"):
    """Polls; returns what the condition returned, or fails."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not become true within {seconds} s")
        time.sleep(0.01)
