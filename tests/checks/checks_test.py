#!/usr/bin/env python3
"""Every check fails on a seeded violation, and passes on what looks like one but is not."""
import os
import subprocess
import tempfile
import unittest

import documents
import hardening
import layers
import plugin_table
import settings
import sizes
import suites
import system_calls
import words


class Tree(unittest.TestCase):
    def setUp(self):
        self.root = tempfile.TemporaryDirectory()
        self.addCleanup(self.root.cleanup)

    def put(self, path, text):
        full = os.path.join(self.root.name, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)
        return full

    def expect(self, check, *parts):
        found = check.violations(self.root.name)
        self.assertEqual(len(found), len(parts), found)
        for line, part in zip(found, parts):
            self.assertIn(part, line)


class Layers(Tree):
    def test_upward_include(self):
        self.put("host/net/a.cpp", '#include "plugin/manifest.h"\n')
        self.expect(layers, "host/net may not use host/plugin")

    def test_library_away_from_home(self):
        self.put("host/net/a.cpp", "#include <openssl/ssl.h>\n")
        self.expect(layers, "home of this library is host/tls")

    def test_json_belongs_to_config(self):
        self.put("host/process/a.cpp", "#include <Poco/JSON/Parser.h>\n")
        self.expect(layers, "host/config")

    def test_plugin_includes_host(self):
        self.put("plugins/hello/a.c", '#include "base/result.h"\n')
        self.expect(layers, "its own folder only")

    def test_plugin_includes_other_plugin(self):
        self.put("plugins/http/router.h", "")
        self.put("plugins/hello/a.c", '#include "../http/router.h"\n')
        self.expect(layers, "its own folder only")

    def test_host_includes_plugin(self):
        self.put("host/plugin/a.cpp", '#include "plugins/http/router.h"\n')
        self.expect(layers, "does not know plugins")

    def test_sdk_includes_posix(self):
        self.put("sdk/include/berth/a.h", "#include <unistd.h>\n")
        self.expect(layers, "C99 headers only")

    def test_net_includes_http_header_of_sdk(self):
        self.put("host/net/a.h", '#include "berth/http.h"\n')
        self.expect(layers, "may not use this header of the SDK")

    def test_downward_includes_are_fine(self):
        self.put("host/process/a.cpp", '#include "net/poller.h"\n#include "berth/abi.h"\n#include <vector>\n')
        self.put("plugins/http/b.h", "")
        self.put("plugins/http/b.cpp", '#include "b.h"\n#include "berth/http.h"\n#include <nghttp2/nghttp2.h>\n')
        self.expect(layers)


class Sizes(Tree):
    def test_long_file(self):
        self.put("host/net/a.h", "\n" * 501)
        self.expect(sizes, "501 lines, at most 500")

    def test_tests_may_be_longer(self):
        self.put("tests/unit/a_test.cpp", "\n" * 501)
        self.expect(sizes)

    def test_long_main(self):
        self.put("host/main.cpp", "\n" * 61)
        self.expect(sizes, "at most 60")

    def test_long_function(self):
        body = "    x();\n" * 70
        self.put("host/net/a.cpp", "A::A(int a)\n    : a_{a}, b_(1) {\n" + body + "}\nint f() { return 1; }\n")
        self.expect(sizes, "A::A has 72 lines")

    def test_class_of_short_functions(self):
        self.put("host/net/a.h", "class A final : public B {\n" + "    int f() const { return '{'; }\n" * 90 + "};\n")
        self.expect(sizes)

    def test_too_many_members(self):
        members = "".join(f"    int a{i}_ = {i};\n" for i in range(11))
        body = "class A {\n    A() : b_(1), a0_(2) { int c_; }\n" + members + "    bool b_{true}, c_ : 1;\n%s};\n"
        self.put("host/net/a.h", body % "")
        self.put("host/net/b.h", "\n" + body % "    int d_[2];\n")
        self.expect(sizes, "a.h:1: A has 13 members, at most 12", "b.h:2: A has 14 members")

    def test_members_of_tables_and_inner_classes(self):
        table = "struct A {\n" + "    int a;\n" * 20 + "};\n"
        inner = "class B {\n    struct C {\n" + "    int a_;\n" * 7 + "    } c_;\n" + "    int b_;\n" * 7 + "};\n"
        self.put("host/net/a.h", table + inner)
        self.expect(sizes)


class Words(Tree):
    def test_unbounded_function(self):
        self.put("host/net/a.cpp", "strcpy(a, b);\n")
        self.expect(words, "has no bound")

    def test_only_in_a_comment_or_string(self):
        self.put("host/net/a.cpp", '// strcpy(a, b)\nauto a = "atoi(x)"; /* sprintf(\n*/ my_strcpy(1);\n')
        self.expect(words)

    def test_shared_ptr(self):
        self.put("host/net/a.cpp", "std::shared_ptr<int> a;\n")
        self.expect(words, "unique_ptr")

    def test_todo_without_issue(self):
        self.put("host/net/a.cpp", "// TODO: later\n// TODO(#12): known\n")
        self.expect(words, "a.cpp:1")

    def test_file_name(self):
        self.put("host/base/string_utils.cpp", "")
        self.expect(words, "name the file")

    def test_include_guard(self):
        self.put("host/base/a.h", "#ifndef A_H\n")
        self.expect(words, "#pragma once")

    def test_sleep_in_unit_test(self):
        self.put("tests/unit/a_test.cpp", "std::this_thread::sleep_for(1s);\n")
        self.expect(words, "fake clock")

    def test_path_of_a_machine(self):
        self.put("host/README.md", "see " + "/work/" + "main\n")
        self.expect(words, "somebody's machine")


class SystemCalls(Tree):
    def setUp(self):
        super().setUp()
        self.put("host/base/sys.h", "struct Sys {\n    int (*close)(int);\n    int (*read)(int);\n};\n")

    def test_direct_calls(self):
        self.put("host/net/a.cpp", "::close(fd);\nepoll_wait(1);\nstd::chrono::steady_clock::now();\n")
        self.expect(system_calls, "::close", "epoll_wait", "steady_clock")

    def test_through_the_table(self):
        self.put("host/net/a.cpp", "sys().close(fd);\nsys().epoll_wait(1);\nPoller::close(1);\n// ::read(x)\n")
        self.expect(system_calls)


class Documents(Tree):
    def setUp(self):
        super().setUp()
        self.put("CMakePresets.json", '{"configurePresets": [{"name": "dev"}]}')
        # Stands for the program: refuses files that hold "bad", says "fine" of others.
        self.program = self.put("berth", '#!/bin/sh\nif grep -q bad "$2"; then echo no; exit 3; fi\necho fine\n')
        os.chmod(self.program, 0o755)

    def found(self, text):
        self.put("README.md", text)
        return documents.violations(self.root.name, self.program)

    def test_dead_link(self):
        self.assertIn("not there", self.found("see [x](nowhere/README.md)")[0])
        self.assertEqual(self.found("see [x](README.md), [y](https://berth.test/), [z](#here)"), [])

    def test_unknown_preset(self):
        self.assertIn("no preset", self.found("```console\n$ cmake --preset fast\n```\n")[0])
        self.assertEqual(self.found("```console\n$ cmake --preset dev\n```\n"), [])

    def test_script_that_is_not_there(self):
        self.assertIn("executable", self.found("```console\n$ packaging/test\n```\n")[0])

    def test_yaml_that_is_refused(self):
        self.assertIn("refused", self.found("```yaml\nsite: bad\n```\n")[0])
        self.assertEqual(self.found("```yaml\nsite: good\n```\n"), [])

    def test_output_that_differs(self):
        self.put("a.yaml", "good")
        self.assertIn("says", self.found("```console\n$ berth check a.yaml\nsplendid\n```\n")[0])
        self.assertEqual(self.found("```console\n$ berth check a.yaml\nf...e\n$ echo $?\n0\n```\n"), [])

    def test_unknown_command(self):
        self.assertIn("not a command", self.found("```console\n$ rm -r x\n```\n")[0])


class Settings(Tree):
    SCHEMA = """{"properties": {
        "message": {"type": "string", "default": "Hi", "x-berth-env": "MESSAGE"},
        "limits": {"type": "object", "properties": {"body": {"type": "string", "default": "1MiB"}, "any": {}}}}}"""
    ROW = "| setting | default | environment |\n| --- | --- | --- |\n| `message` | `Hi` | `MESSAGE` |\n"
    LIMITS = "\n| setting in `limits` | default |\n| --- | --- |\n| `body` | `1MiB` |\n| `any` | all |\n"

    def found(self, text):
        self.put("plugins/x/x.schema.json", self.SCHEMA)
        self.put("plugins/x/README.md", text)
        return settings.violations(self.root.name)

    def test_complete_table(self):
        self.assertEqual(self.found(self.ROW + self.LIMITS), [])

    def test_setting_in_no_table(self):
        self.assertEqual(len(self.found(self.ROW)), 2)

    def test_row_without_a_setting(self):
        self.assertIn("no setting `massage`", self.found(self.ROW + "| `massage` | | |\n" + self.LIMITS)[0])

    def test_other_default(self):
        self.assertIn("the default of `limits.body` is `1MiB`", self.found(self.ROW + self.LIMITS.replace("1MiB", "2MiB"))[0])
        self.assertIn("has no default", self.found(self.ROW + self.LIMITS.replace("all", "`0B`"))[0])

    def test_other_variable(self):
        self.assertIn("the variable of", self.found(self.ROW.replace("MESSAGE", "TEXT") + self.LIMITS)[0])

    def test_schema_without_readme(self):
        self.put("plugins/x/x.schema.json", self.SCHEMA)
        self.expect(settings, "no README.md")

    def test_value_of_a_constant(self):
        self.put("host/net/a.h", "constexpr size_t kMax = 4 * 1'024 * 1024;\n    int wait_ms = 2'000;\n")
        table = "| bound | value | constant |\n| --- | --- | --- |\n| a | {} | `kMax` in `host/net/a.h` |\n"
        self.put("host/README.md", table.format("4 MiB") + "| b | 2 s | `wait_ms` in `host/net/a.h` |\n")
        self.expect(settings)
        self.put("host/README.md", table.format("4 MB"))
        self.expect(settings, "`kMax` is")
        self.put("host/README.md", table.format("4 MiB").replace("kMax", "kMin"))
        self.expect(settings, "gives `kMin` no number")


class Suites(Tree):
    def test_left_out(self):
        self.put("tests/unit/host/hash_places_test.cpp",
                 "TEST(HashPlaces, a) {\nTEST_F(Places, b) {\nTEST_P(HashPlacesBy, c) {\n"
                 "INSTANTIATE_TEST_SUITE_P(Each,\n    HashPlacesBy, Bool());\n")
        self.expect(suites, "leaves Places out", "leaves Each out")

    def test_all_run(self):
        self.put("tests/unit/host/a_b_test.cpp",
                 "TEST(ABThing, a) {\nTEST_P(Other, b) {\nINSTANTIATE_TEST_SUITE_P(AB, Other, Bool());\n")
        self.put("tests/conformance/a_b_test.cpp", "TEST(Elsewhere, a) {\n")
        self.expect(suites)


class PluginTable(Tree):
    def setUp(self):
        super().setUp()
        self.put("sdk/include/berth/a.h", '#define BERTH_A_EXT "berth.a/1"\n#define BERTH_B_KIND "berth.b/1"\n')
        self.put("plugins/x/CMakeLists.txt", "")
        self.put("plugins/x/x.c", "kRequired[] = { BERTH_A_EXT, NULL };\nkProvides[] = { NULL };\nf(BERTH_B_KIND);\n")

    def table(self, *rows):
        heading = "| plugin | kind | provides | uses |\n| --- | --- | --- | --- |\n"
        self.put("plugins/README.md", heading + "\n".join(rows) + "\n")

    def test_right_row(self):
        self.table("| [x](x/README.md) | `berth.b/1` | | `berth.a/1` |")
        self.expect(plugin_table)

    def test_wrong_rows(self):
        self.table("| [x](x/README.md) | | `berth.a/1` | |")
        self.expect(plugin_table, "x kind: berth.b/1", "x provides:", "x uses: berth.a/1")

    def test_missing_row_and_row_too_many(self):
        self.table("| [y](y/README.md) | | | |")
        self.expect(plugin_table, "x is in no row", "y is no plugin")


class Hardening(Tree):
    def build(self, *options):
        source = self.put("a.c", "int main(void) { return 0; }\n")
        program = os.path.join(self.root.name, "a")
        subprocess.run(["cc", "-o", program, source, *options], check=True)
        return list(hardening.faults(program))

    def test_hardened(self):
        self.assertEqual(self.build("-pie", "-fPIE", "-Wl,-z,relro,-z,now,-z,noexecstack"), [])

    def test_every_fault(self):
        found = self.build("-no-pie", "-Wl,-z,norelro,-z,lazy,-z,execstack,-rpath,/x")
        self.assertEqual(len(found), 5, found)


if __name__ == "__main__":
    unittest.main()
