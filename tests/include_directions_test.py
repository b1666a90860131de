# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Tests include_directions.py on a small tree with one fault of each kind."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import include_directions  # noqa: E402

DOCUMENT = """# A house

## Allowed include directions

| room | may include | outside headers |
|---|---|---|
| `core` | | |
| `op` | `core` | |
| `mpi` | `core`, `op` | `mpi.h`, `boost/mpi` |

## Another section
| `op` | `mpi` | |
"""


class IncludeDirections(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.include = pathlib.Path(folder.name)
        self.table = include_directions.read_table(DOCUMENT)
        self.write("core/a.hpp", "#include <vector>")
        self.write("op/b.hpp", "#include <dad/core/a.hpp>")
        self.write("mpi/c.hpp", "#include <mpi.h>\n#include <boost/mpi/status.hpp>\n#include <dad/op/b.hpp>\n#include <dad/mpi/c.hpp>")

    def write(self, name, text):
        path = self.include / "dad" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")

    def expect(self, name, line, message):
        self.write(name, line)
        found = include_directions.faults(self.include, self.table)
        self.assertEqual(len(found), 1, found)
        self.assertIn(message, found[0])

    def test_a_sound_tree_passes(self):
        self.assertEqual(include_directions.faults(self.include, self.table), [])

    def test_other_sections_do_not_count(self):
        self.assertEqual(self.table["op"][0], {"core"})

    def test_upwards(self):
        self.expect("core/d.hpp", "#include <dad/op/b.hpp>", "core may not include op")

    def test_indented_in_a_condition(self):
        self.expect("core/d.hpp", "#if X\n  #  include <dad/op/b.hpp>\n#endif", "d.hpp:2")

    def test_outside_header(self):
        self.expect("op/d.hpp", "#include <boost/mpi.hpp>", "op may not include <boost/mpi.hpp>")

    def test_heavy_standard_header(self):
        self.expect("op/d.hpp", "#include <functional>", "<functional>")

    def test_quotes(self):
        self.expect("op/d.hpp", '#include "b.hpp"', "written <dad/room/file.hpp>")

    def test_missing_file(self):
        self.expect("op/d.hpp", "#include <dad/core/none.hpp>", "does not exist")

    def test_unknown_room(self):
        self.expect("attic/d.hpp", "", "no room attic")

    def test_circle_in_the_table(self):
        self.assertEqual(include_directions.circles(self.table), [])
        self.assertTrue(include_directions.circles({"a": ({"b"}, []), "b": ({"a"}, [])}))


if __name__ == "__main__":
    unittest.main()
