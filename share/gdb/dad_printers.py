# SPDX-License-Identifier: BSL-1.0
# Copyright the dad authors

"""Shows dad's numbers in gdb: (gdb) source .../share/dad/gdb/dad_printers.py, or the same line in ~/.gdbinit.

  dual    3, tangent 1        3, tangents 1, 0        nested: [3, tangent 1], tangent [1, tangent 0]
  var     6, statement 3 of recording 2               6, passive
  traced  6, node 3 of recording 2                    6, constant
"""

import gdb
import gdb.printing
import gdb.types


def text_of(value):
    """A number of any level; one that is more than a number in brackets."""
    kind = gdb.types.get_basic_type(value.type)
    for name, printer in PRINTERS.items():
        if kind.code == gdb.TYPE_CODE_STRUCT and (kind.name or "").split("<")[0] == "dad::" + name:
            return "[" + printer(value).to_string() + "]"
    return value.format_string()


class Dual:
    def __init__(self, value):
        self.value = value

    def to_string(self):
        tangents = self.value["tangents_"]["_M_elems"]  # libstdc++'s array
        first, last = tangents.type.strip_typedefs().range()
        texts = [text_of(tangents[i]) for i in range(first, last + 1)]
        word = "tangent" if len(texts) == 1 else "tangents"
        return "%s, %s %s" % (text_of(self.value["value_"]), word, ", ".join(texts))


# Of a var's id: recording, two marks, index.
INDEX_BITS = (1 << 30) - 1


class Var:
    def __init__(self, value):
        self.value = value

    def to_string(self):
        place = int(self.value["id_"])
        value = text_of(self.value["value_"])
        if place == 0:
            return value + ", passive"
        return "%s, statement %d of recording %d" % (value, place & INDEX_BITS, place >> 32)


class Traced:
    def __init__(self, value):
        self.value = value

    def to_string(self):
        value = text_of(self.value["value_"])
        if int(self.value["id_"]) == 0:
            return value + ", constant"
        return "%s, node %d of recording %d" % (value, int(self.value["id_"]), int(self.value["recording_"]))


PRINTERS = {"dual": Dual, "var": Var, "traced": Traced}

collection = gdb.printing.RegexpCollectionPrettyPrinter("dad")
for name, printer in PRINTERS.items():
    collection.add_printer(name, "^dad::%s(<.*>)?$" % name, printer)
gdb.printing.register_pretty_printer(gdb.current_objfile(), collection, replace=True)
