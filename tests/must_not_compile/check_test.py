# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Tests check.py on programs with and without faults. check_test.py COMPILER"""

import os
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import check  # noqa: E402

COMPILER = [sys.argv.pop(), "-std=c++20"]
REFUSED = '#ifdef MUST_NOT_COMPILE\nstatic_assert(sizeof(int) == 99, "dad: write long instead");\n#endif\n'


class Check(unittest.TestCase):
    def fault(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "case.cpp")
            pathlib.Path(path).write_text(text)
            return check.fault(path, COMPILER)

    def test_a_sound_case_passes(self):
        self.assertEqual(self.fault("// expected: dad: write (int|long) instead\n" + REFUSED), "")

    def test_without_an_expectation(self):
        self.assertIn("no line", self.fault(REFUSED))

    def test_another_message(self):
        self.assertIn("no message matches", self.fault("// expected: write short instead\n" + REFUSED))

    def test_the_expectation_itself_does_not_match(self):
        self.assertIn("no message matches", self.fault("// expected: sizeof.*// expected\n" + REFUSED))

    def test_a_base_that_does_not_compile(self):
        self.assertIn("must compile", self.fault("// expected: x\nint x = ;\n"))

    def test_nothing_is_refused(self):
        self.assertIn("it compiles", self.fault("// expected: x\nint x = 1;\n"))


if __name__ == "__main__":
    unittest.main()
