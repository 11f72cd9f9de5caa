#!/usr/bin/env python3
"""The SDK as a third party has it: installed into a prefix, the source tree out of sight.

    sdk_install_test.py SOURCE_FOLDER BUILD_FOLDER SHOW_MANIFEST
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE, BUILD, SHOW_MANIFEST = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import exports  # noqa: E402  (the folder above comes from this file's place)


def run(*command, **more):
    result = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            text=True, **more)
    if result.returncode != 0:
        raise AssertionError(f"{command}:\n{result.stdout}")
    return result.stdout


def manifest(plugin):
    return run(SHOW_MANIFEST, plugin).strip()


class InstalledSdk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.prefix = pathlib.Path(cls.folder.name, "prefix")
        run("cmake", "--install", BUILD, "--component", "sdk", "--prefix", cls.prefix)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def configure_and_build(self, source, name, *definitions):
        build = pathlib.Path(self.folder.name, name)
        run("cmake", "-S", source, "-B", build, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={self.prefix}",
            f"-DCMAKE_FIND_ROOT_PATH={self.prefix}", *definitions)
        run("cmake", "--build", build)
        return build / "plugins"

    def test_template_builds(self):
        template = self.prefix / "share" / "berth" / "sdk" / "template"
        copy = pathlib.Path(self.folder.name, "copy")
        shutil.copytree(template, copy)
        plugin = self.configure_and_build(copy, "template") / "example-greeter.so"
        self.assertTrue(manifest(plugin).startswith("example/greeter 0.1.0 "))
        self.assertEqual(list(exports.problems(plugin)), [])

    def test_plain_c_builds(self):
        pc_files = next(self.prefix.rglob("berth.pc")).parent
        flags = run("pkg-config", "--cflags", "--libs", "berth",
                    env={**os.environ, "PKG_CONFIG_PATH": str(pc_files)}).split()
        plugin = pathlib.Path(self.folder.name, "acme-plain.so")
        run("cc", "-std=c99", "-pedantic-errors", "-Wall", "-Wextra", "-Werror", HERE / "plain" / "plain.c",
            *flags, "-o", plugin)
        self.assertTrue(manifest(plugin).startswith("acme/plain 0.3 "))
        self.assertEqual(list(exports.problems(plugin)), [])

    def test_another_major_is_refused(self):
        source = pathlib.Path(self.folder.name, "future")
        source.mkdir()
        (source / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.19)\nproject(x C)\nfind_package(Berth 2 CONFIG REQUIRED)\n")
        with self.assertRaisesRegex(AssertionError, "requested version \"2\""):
            self.configure_and_build(source, "future_build")

    @unittest.skipUnless(shutil.which("x86_64-w64-mingw32-gcc"), "no compiler for Windows")
    def test_windows_dlls_build(self):
        plus = shutil.which("x86_64-w64-mingw32-g++-posix") or "x86_64-w64-mingw32-g++"
        plugins = self.configure_and_build(
            HERE / "windows", "windows", "-DCMAKE_SYSTEM_NAME=Windows",
            "-DCMAKE_C_COMPILER=x86_64-w64-mingw32-gcc", f"-DCMAKE_CXX_COMPILER={plus}",
            f"-DHELLO={SOURCE / 'plugins' / 'hello'}", f"-DTEMPLATE={SOURCE / 'sdk' / 'template'}")
        self.assertEqual(manifest(plugins / "hello.dll"), "hello 1.5 Windows on x86-64 (64-bit)")
        self.assertEqual(manifest(plugins / "example-greeter.dll"),
                         "example/greeter 1.5 Windows on x86-64 (64-bit)")
        for plugin in plugins.glob("*.dll"):
            listing = run("x86_64-w64-mingw32-objdump", "-p", plugin)
            table = listing[listing.index("[Ordinal/Name Pointer] Table"):]
            names = re.findall(r"^\s*\[\s*\d+\]\s+(?:\+base\[\s*\d+\]\s+\w+\s+)?(\w+)$", table, re.MULTILINE)
            self.assertEqual(names, ["berth_module_v1"], plugin)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
