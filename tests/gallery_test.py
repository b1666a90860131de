# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Tests gallery.py on a small tree with one fault of each kind."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import gallery  # noqa: E402

SHOWN = "# Gallery\n![a](figures/a.svg)\n![b](../examples/one/b.png)\n"


class Gallery(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.write("docs/gallery.md", SHOWN)
        self.write("docs/figures/a.svg", "<svg/>")
        self.write("examples/one/b.png", "")
        self.write("README.md", "[guide](docs/gallery.md#one), [far](https://nowhere.example/x), [here](#below), [ex](examples/one)")

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def expect(self, *messages):
        self.assertEqual(gallery.faults(self.root), list(messages))

    def test_a_sound_tree_passes(self):
        self.expect()

    def test_a_figure_that_is_not_shown(self):
        self.write("examples/two/c.svg", "<svg/>")
        self.expect("docs/gallery.md: does not show examples/two/c.svg")

    def test_a_link_is_not_a_picture(self):
        self.write("docs/gallery.md", SHOWN.replace("![a]", "[a]"))
        self.expect("docs/gallery.md: does not show docs/figures/a.svg")

    def test_another_document_does_not_count_as_the_gallery(self):
        self.write("docs/guide.md", "![c](c.svg)")
        self.write("docs/c.svg", "<svg/>")
        self.expect("docs/gallery.md: does not show docs/c.svg")

    def test_a_picture_that_does_not_exist(self):
        self.write("examples/one/README.md", "![c](c.svg)")
        self.expect("examples/one/README.md: the picture c.svg leads to no file")

    def test_a_link_that_leads_nowhere(self):
        self.write("docs/guide.md", "see [there](../bench/nowhere.md#part) and\n[again](../README.md)")
        self.expect("docs/guide.md: the link ../bench/nowhere.md#part leads to no file")

    def test_code_has_no_links(self):
        self.write("docs/guide.md", "```cpp\nauto f = [](x);\n```\n`[](const)` <!-- ![later](later.svg) -->\n")
        self.expect()

    def test_no_gallery(self):
        (self.root / "docs/gallery.md").unlink()
        self.write("README.md", "")
        self.expect("docs/gallery.md: does not exist", "docs/gallery.md: does not show docs/figures/a.svg",
                    "docs/gallery.md: does not show examples/one/b.png")


if __name__ == "__main__":
    unittest.main()
