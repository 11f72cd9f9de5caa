"""Debian's Chromium: opens a page, which reports what it found."""
import http.server
import os
import queue
import shutil
import subprocess
import tempfile
import threading

CHROMIUM = shutil.which("chromium")
START_SECONDS = 90.0
# As root there is no sandbox; certificates are the test's own.
OPTIONS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
           "--disable-background-networking", "--ignore-certificate-errors"]


def starts():
    """Is it there, and does it show a page at all?"""
    if not CHROMIUM:
        return False
    with tempfile.TemporaryDirectory() as profile:
        try:
            shown = subprocess.run([CHROMIUM, *OPTIONS, f"--user-data-dir={profile}", "--dump-dom", "data:text/html,up"],
                                   stdin=subprocess.DEVNULL, capture_output=True, timeout=START_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            return False
    return b"up" in shown.stdout


class Browser:
    """Runs until it is closed. A page reports by POST to `url`."""

    def __init__(self, folder):
        self.reports = queue.Queue()
        self.log_path = os.path.join(folder, "chromium.log")
        self.profile = os.path.join(folder, "profile")
        reports = self.reports

        class Report(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                reports.put(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self.send_response(204)
                self.send_header("Access-Control-Allow-Origin", "*")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.collector = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Report)
        self.url = f"http://127.0.0.1:{self.collector.server_port}/"
        threading.Thread(target=self.collector.serve_forever, daemon=True).start()
        self.process = None

    def open(self, url):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [CHROMIUM, *OPTIONS, f"--user-data-dir={self.profile}", "--remote-debugging-port=0", url],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)

    def report(self):
        """The next one of the page."""
        try:
            return self.reports.get(timeout=START_SECONDS)
        except queue.Empty:
            with open(self.log_path, encoding="utf-8", errors="replace") as file:
                raise AssertionError("the page reports nothing; its browser says:\n" + file.read()[-3000:]) from None

    def close(self):
        if self.process:
            os.killpg(self.process.pid, 9)
            self.process.wait()
        self.collector.shutdown()
        self.collector.server_close()
