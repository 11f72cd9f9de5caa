"""Keep-alive clients that go on until they are told to stop and count what failed."""
import threading
import time

from . import http


class Load:
    """retryable: the server closed an idle connection while the next request was on its way.
    hard: any other failure."""

    def __init__(self, address, clients=8, tls=None, server_name=None, pace=0.0):
        self.address, self.tls, self.server_name, self.pace = address, tls, server_name, pace
        self.done = self.retryable = 0
        self.hard = []
        self._lock, self._ending = threading.Lock(), threading.Event()
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(clients)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._ending.set()
        for thread in self._threads:
            thread.join(30)

    def wait_for(self, requests, seconds=20.0):
        """Until so many more were answered."""
        goal, end = self.done + requests, time.monotonic() + seconds
        while self.done < goal:
            assert time.monotonic() < end, f"{goal - self.done} of {requests} answers missing; {self.hard[:3]}"
            time.sleep(0.005)

    def _run(self):
        client, served = None, 0
        while not self._ending.is_set():
            try:
                if client is None:
                    client, served = http.Client(self.address, tls=self.tls, server_name=self.server_name), 0
                answer = client.get()
                assert answer.status == 200, answer
                served += 1
                with self._lock:
                    self.done += 1
                if answer.field("connection") == "close":
                    client = self._drop(client)
                time.sleep(self.pace)
            except Exception as problem:  # every kind of failure is what this counts
                with self._lock:
                    if served and client is not None and not client.buffer and \
                            isinstance(problem, (http.Closed, ConnectionError)):
                        self.retryable += 1
                    else:
                        self.hard.append(repr(problem))
                client = self._drop(client)
        self._drop(client)

    @staticmethod
    def _drop(client):
        if client is not None:
            client.close()
