#!/usr/bin/env python3
"""The gates of the ABI find what they are there to find.

    abi_tools_test.py SDK_FOLDER BAD_PLUGIN_FOLDER
"""
import copy
import pathlib
import subprocess
import sys
import tempfile
import unittest

SDK, BAD_PLUGINS = (pathlib.Path(argument) for argument in sys.argv[1:3])
HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(SDK / "tools"), str(HERE)]

import exports  # noqa: E402  (the folders above come from the command line)
import layout  # noqa: E402


class Layout(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.recorded = layout.dump(SDK / "include")

    def setUp(self):
        self.new = copy.deepcopy(self.recorded)

    def members(self, struct):
        return self.new["structs"][struct]["members"]

    def breaks(self):
        return layout.compare(self.recorded, self.new)

    def test_the_same_is_no_break(self):
        self.assertEqual(self.breaks(), [])

    def test_a_table_may_grow_at_the_end(self):
        struct = self.new["structs"]["berth_loop_ext"]
        struct["members"].append({"name": "more", "offset": struct["size"], "type": "void (*)(void)"})
        struct["size"] += 8
        self.new["enumerators"]["BERTH_E_NEW"] = -99
        self.assertEqual(self.breaks(), [])

    def test_a_reorder_is_a_break(self):
        members = self.members("berth_loop_ext")
        members[1]["name"], members[2]["name"] = members[2]["name"], members[1]["name"]
        self.assertEqual(len(self.breaks()), 2)

    def test_a_change_of_type_is_a_break(self):
        self.members("berth_http_ext")[1]["type"] = "void (*)(void)"
        self.assertEqual(len(self.breaks()), 1)

    def test_a_frozen_struct_may_not_grow(self):
        struct = self.new["structs"]["berth_seg"]
        struct["members"].append({"name": "more", "offset": 32, "type": "uint64_t"})
        struct["size"] = 40
        self.assertEqual(len(self.breaks()), 2)

    def test_what_goes_is_a_break(self):
        self.members("berth_http_req").pop()
        del self.new["enumerators"]["BERTH_E_GONE"]
        del self.new["structs"]["berth_sv"]
        del self.new["constants"]["BERTH_HTTP_EXT"]
        self.assertEqual(len(self.breaks()), 4)

    def test_a_new_number_is_a_break(self):
        self.new["enumerators"]["BERTH_E_GONE"] = -77
        self.new["typedefs"]["berth_status"] = "int64_t"
        self.assertEqual(len(self.breaks()), 2)

    def test_what_loses_its_header_is_a_break(self):
        self.new["structs"]["berth_use"]["kind"] = "fixed"
        self.assertEqual(len(self.breaks()), 1)


class LayoutOfHeaders(unittest.TestCase):
    """From the text of a header to the verdict."""

    def dump(self, body):
        with tempfile.TemporaryDirectory() as folder:
            header = pathlib.Path(folder, "berth", "x.h")
            header.parent.mkdir()
            header.write_text("#include <stdint.h>\ntypedef struct berth_hdr { uint32_t size, flags; } berth_hdr;\n"
                              "#define BERTH_X 7\n" + body)
            return layout.dump(pathlib.Path(folder))

    def test_reads_kinds_and_types(self):
        found = self.dump("/* FROZEN. Two. */ typedef struct berth_pair { const char *p; uint64_t n[4]; } berth_pair;\n"
                          "typedef struct berth_hidden berth_hidden;\n"
                          "typedef struct berth_t { berth_hdr h; int32_t (*f)(berth_hidden *, void (*)(void *)); } berth_t;\n"
                          "enum { BERTH_A = -3, BERTH_B = 2 };\n")
        structs = found["structs"]
        self.assertEqual(structs["berth_pair"]["kind"], "frozen")
        self.assertEqual([member["type"] for member in structs["berth_pair"]["members"]],
                         ["const char *", "uint64_t[4]"])
        self.assertEqual(structs["berth_hidden"], {"kind": "opaque"})
        self.assertEqual(structs["berth_t"]["kind"], "growable")
        self.assertEqual(structs["berth_t"]["members"][1],
                         {"name": "f", "offset": 8, "type": "int32_t (*)(berth_hidden *, void (*)(void *))"})
        self.assertEqual(found["enumerators"], {"BERTH_A": -3, "BERTH_B": 2})
        self.assertEqual(found["constants"], {"BERTH_X": "7"})

    def test_sees_a_wider_member(self):
        old = self.dump("typedef struct berth_t { berth_hdr h; uint32_t a, b; } berth_t;\n")
        new = self.dump("typedef struct berth_t { berth_hdr h; uint64_t a; uint32_t b; } berth_t;\n")
        self.assertEqual(len(layout.compare(old, new)), 2)


class Exports(unittest.TestCase):
    def test_right_plugins_pass(self):
        self.assertEqual(list(exports.problems(BAD_PLUGINS / "good.so")), [])

    def test_foreign_symbols_and_missing_flags_are_found(self):
        found = list(exports.problems(BAD_PLUGINS / "export.so"))
        self.assertIn("exports EVP_EncryptInit", found)
        self.assertIn("is not linked with -z nodelete", found)


class HeaderMatrix(unittest.TestCase):
    def status_of(self, text):
        with tempfile.TemporaryDirectory() as folder:
            header = pathlib.Path(folder, "berth", "x.h")
            header.parent.mkdir()
            header.write_text(text)
            return subprocess.run([sys.executable, str(HERE / "header_matrix.py"), folder],
                                  capture_output=True).returncode

    def test_what_is_not_standard_fails(self):
        self.assertEqual(self.status_of("struct berth_a { int a; };\n"), 0)
        self.assertEqual(self.status_of("struct berth_a { int class; };\n"), 1)
        self.assertEqual(self.status_of("struct berth_a { };\n"), 1)
        self.assertEqual(self.status_of("struct berth_a { char a; int b; };\n"), 1)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
