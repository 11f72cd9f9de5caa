"""Who may come in: users with passwords of every kind of hash, tokens, addresses."""
import base64
import os
import shutil
import subprocess
import unittest

from support import http, processes, server
from support.ports import free_port


def basic(user, password):
    return "Authorization: Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def hashed(password, *options):
    answer = subprocess.run([server.PROGRAM, "hash-password", *options], input=password + "\n", env=server.environment(),
                            capture_output=True, text=True, timeout=60, check=False)
    assert answer.returncode == 0, answer
    return answer.stdout.strip()


class HashPassword(unittest.TestCase):
    def test_kinds(self):
        for options, prefix in (((), "$y$"), (("--type", "argon2id"), "$argon2id$"), (("--type", "bcrypt"), "$2b$12$")):
            first, second = hashed("secret", *options), hashed("secret", *options)
            self.assertTrue(first.startswith(prefix), first)
            self.assertNotEqual(first, second)

    def test_also_called_auth_generate(self):
        answer = subprocess.run([server.PROGRAM, "auth", "generate"], input="secret", env=server.environment(),
                                capture_output=True, text=True, timeout=60, check=False)
        self.assertTrue(answer.stdout.startswith("$y$"), answer)

    def test_never_from_an_argument(self):
        self.assertEqual(server.run("hash-password", "secret").returncode, 2)

    def test_an_empty_password_is_refused(self):
        answer = server.run("hash-password")
        self.assertEqual(answer.returncode, 2)
        self.assertIn("there is no password", answer.stderr)


class Auth(server.BerthTest):
    def protected(self, settings, handler="hello: { message: inside }"):
        port = free_port()
        self.server = self.serve(f"""
site: staff
listen: http://127.0.0.1:{port}
access_log: {{ format: common, to: {self.folder}/access.log }}
filters:
  - auth:
{settings}
{handler}
""", port=port)
        return self.server

    def status(self, *fields):
        return http.get(self.server.address, fields=fields).status

    def users_file(self):
        path = os.path.join(self.folder, "users")
        users = {"ada": hashed("yes-1"), "bob": hashed("yes-2", "--type", "argon2id"),
                 "eve": hashed("yes-3", "--type", "bcrypt"),
                 "old": "sha256:6e6574697573:8425d0f30bd166a33551b979fda2f66143c9169bcf84ccd2a725a71cfbd72ccc"}
        self.write("users", "".join(f"{name}:{value}\n" for name, value in users.items()))
        if shutil.which("htpasswd"):
            for name, option in (("apr", "-m"), ("sha", "-s"), ("bcrypt", "-B")):
                subprocess.run(["htpasswd", "-b", option, path, name, "yes-4"], check=True, capture_output=True)
        return path

    def test_users_of_a_file(self):
        path = self.users_file()
        self.protected(f"      basic: {{ file: {path} }}")
        answer = http.get(self.server.address)
        self.assertEqual(answer.status, 401)
        self.assertEqual(answer.field("www-authenticate"), 'Basic realm="restricted", charset="UTF-8"')
        for user, password in (("ada", "yes-1"), ("bob", "yes-2"), ("eve", "yes-3"), ("old", "your_password")):
            self.assertEqual(self.status(basic(user, password)), 200, user)
            self.assertEqual(self.status(basic(user, "no")), 401, user)
        if shutil.which("htpasswd"):
            for user in ("apr", "sha", "bcrypt"):
                self.assertEqual(self.status(basic(user, "yes-4")), 200, user)
        self.assertEqual(self.status(basic("nobody", "yes-1")), 401)
        self.assertEqual(self.server.stop(), 0)
        with open(os.path.join(self.folder, "access.log"), encoding="utf-8") as file:
            log = file.read()
        self.assertIn("127.0.0.1 - ada [", log)
        self.assertIn("127.0.0.1 - - [", log)
        for secret in ("yes-1", "yes-4", "$y$", "Basic"):
            self.assertNotIn(secret, log + self.server.log())

    def test_the_file_is_read_again(self):
        path = self.write("users", f"ada:{hashed('first')}\n")
        self.protected(f"      basic: {{ file: {path} }}")
        self.assertEqual(self.status(basic("ada", "first")), 200)
        self.write("users", f"ada:{hashed('second')}\n")
        processes.wait_until(lambda: self.status(basic("ada", "second")) == 200, 20, "the new password counts")
        self.assertEqual(self.status(basic("ada", "first")), 401)
        self.write("users", "ada:plain\n")
        processes.wait_until(lambda: "is no hash of a password" in self.server.log(), 20, "the mistake is reported")
        self.assertEqual(self.status(basic("ada", "second")), 200)

    def test_several_ways(self):
        self.protected("      bearer: { tokens: { ci: 0123456789abcdef } }\n      address: [192.0.2.0/24]")
        self.assertEqual(self.status(), 401)
        self.assertEqual(self.status("Authorization: Bearer 0123456789abcdef"), 200)
        self.assertEqual(self.status("Authorization: Bearer 0123456789abcdeg"), 401)

    def test_by_address(self):
        self.protected("      address: [127.0.0.0/8]")
        self.assertEqual(self.status(), 200)

    def test_a_wrong_setting_is_found_by_check(self):
        path = self.write("site.yaml", "site: s\nlisten: http://127.0.0.1:8080\nfilters:\n  - auth:\n      basic:\n"
                          "        users:\n          ada: plain\nhello: {}\n")
        answer = server.run("check", path)
        self.assertNotEqual(answer.returncode, 0)
        self.assertIn("what 'ada' has is no hash of a password", answer.stderr + answer.stdout)

    def test_no_secret_is_shown(self):
        head = "site: s\nlisten: http://127.0.0.1:8080\nhello: {}\nfilters:\n"
        for filters in ("  - auth:\n      bearer:\n        tokens:\n          ci: hunter2\n",
                        "  - auth: { basic: { users: { ada: hunter2 } } }\n",
                        "  - auth: { basic: { users: { ada: hunter2 }, cache: soon } }\n"):
            with self.subTest(filters):
                answer = server.run("check", self.write("site.yaml", head + filters))
                self.assertEqual(answer.returncode, 3, answer)
                self.assertRegex(answer.stderr, "site.yaml:[5-8]:[0-9]+: ")
                self.assertNotIn("hunter2", answer.stderr + answer.stdout)


class Access(server.BerthTest):
    def test_by_address(self):
        port = free_port()
        berth = self.serve(f"""
site: s
listen: http://127.0.0.1:{port}
routes:
  - path: /closed
    filters: [{{ access: {{ deny: [127.0.0.0/8] }} }}]
    hello: {{}}
  - path: /open
    filters: [{{ access: {{ allow: [127.0.0.1] }} }}]
    hello: {{}}
""", port=port)
        self.assertEqual(http.get(berth.address, "/closed").status, 403)
        self.assertEqual(http.get(berth.address, "/open").status, 200)


if __name__ == "__main__":
    unittest.main()
