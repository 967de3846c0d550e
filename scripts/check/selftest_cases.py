# SPDX-License-Identifier: GPL-2.0-only
"""Cases for the rules that need nothing but Python."""

from selftest_case import (GPL, GPL_HASH, GPL_HEADER, LGPL_HEADER, PYTHON, SHELL, TAG, UAPI_HEADER,
                           Case, function)

DEEP = """void work(int a)
{
	if (a) {
		while (a) {
			switch (a) {
			case 1: {
				step();
				break;
			}
			case 2:
				%s
			}
		}
	}
}
"""
NOT_FUNCTIONS = """static const struct thing things[] = {
	{ .name = "a{b" }, { .name = "}" },
};
struct __attribute__((packed)) shape { int a; };
#define MACRO(x) do { if (x) { if (x) { if (x) { if (x) { } } } } } while (0)
#if 0
void never(void) {
#else
#endif
/* { in a comment */
DEFINE_THING(one, a, b)
int twice(int (*call)(int), struct thing *a, int b)
{
	struct shape shape = { .a = 1, }, *where = &(struct shape){ .a = 2 };
	unsigned int c, d[3] = { 1, 2, 3 }, e;

	if (({ int f = 1; f; }) && b)
		return call((b, c));
	for (int g = 0; g < 3; g++)
		a = b * c;
again:
	return sizeof(struct thing) * d[0] + e + where->a;
}
"""
MANY = "void work(void)\n{\n\tint a, b = f(1, 2), c;\n\tconst char *d, *e[2] = { 0, 1 };\n" \
       "\tstruct x f;\n\tLIST_HEAD(g);\n\n\tif (a) {\n\t\tu8 h, i;\n\t\tint (*j)(int, int);\n" \
       "%s\t}\n}\n"

SIZE = (
    Case("size", "a tree at every ceiling passes", {
        "kmod/core/a.c": GPL + function(60) + DEEP % "step();" + MANY % "\t\tstatic int z;\n",
        "kmod/core/b.c": GPL + "\n" * 599,
        "kmod/core/b.h": GPL_HEADER + "\n" * 249,
        "kmod/core/c.c": GPL + NOT_FUNCTIONS,
        "scripts/a.py": PYTHON + "def work():\n" + "    step()\n" * 59,
        "scripts/a.sh": SHELL + "work()\n{\n" + "\tstep\n" * 57 + "}\n"}),
    Case("size", "a list of words that is no declaration is read at once",
         {"kmod/core/a.c": GPL + "X(a) " + "word_of_a_list " * 40 + "+ 1;\n"}),
    Case("size", "too long a source file fails", {"kmod/core/a.c": GPL + "\n" * 600},
         (r"^kmod/core/a\.c:601: 601 lines, at most 600; split",)),
    Case("size", "too long a header fails", {"kmod/core/a.h": GPL_HEADER + "\n" * 250},
         (r"^kmod/core/a\.h:251: 251 lines, at most 250",)),
    Case("size", "too long a C function fails at its name",
         {"kmod/core/a.c": GPL + "\n" + function(5, "small") + function(61, "big")},
         (r"^kmod/core/a\.c:8: big\(\) has 61 lines, at most 60; move",)),
    Case("size", "a fourth level fails, wherever it is",
         {"kmod/core/a.c": GPL + DEEP % "if (a) { step(); }"},
         (r"^kmod/core/a\.c:12: work\(\) nests 4 blocks, at most 3; return early",)),
    Case("size", "eleven local variables fail", {"kmod/core/a.c": GPL + MANY % "\t\tint k;\n"},
         (r"^kmod/core/a\.c:2: work\(\) has 11 local variables, at most 10; split",)),
    Case("size", "too long a Python function and file fail",
         {"scripts/tool": PYTHON + "def work():\n" + "    step()\n" * 60 + "\n" * 540},
         (r"^scripts/tool:601: 603 lines", r"^scripts/tool:3: work\(\) has 61 lines")),
    Case("size", "too long a shell function fails",
         {"scripts/tool": SHELL + "work() {\n" + "\tstep\n" * 59 + "}\n"},
         (r"^scripts/tool:3: work\(\) has 61 lines",)),
)

KERNEL = {
    "kmod/core/core.h": GPL_HEADER + "#include <linux/types.h>\n#include <linux/weft.h>\n",
    "kmod/core/core_private.h": GPL_HEADER,
    "kmod/proto/proto.h": GPL_HEADER + '#include "core/core.h"\n',
    "kmod/proto/msg_dsm.h": GPL_HEADER + '#include "proto/proto.h"\n',
    "kmod/trace/trace.h": GPL_HEADER + '#include "proto/proto.h"\n\n#include <trace/end.h>\n',
    "kmod/dsm/dsm.h": GPL_HEADER + '#include "trace/trace.h"\n',
    "kmod/lock/lock.h": GPL_HEADER,
    "kmod/main.c": GPL + '#include "core/core.h"\n#include "dsm/dsm.h"\n',
    "uapi/linux/weft.h": UAPI_HEADER,
    "userspace/lib/weft.h": LGPL_HEADER + "#include <linux/weft.h>\n",
    "userspace/lib/internal.h": LGPL_HEADER + "#include <netlink/msg.h>\n",
}


def layers(fact: str, path: str, text: str, *expected: str, **more: str) -> Case:
    """The tree above with one file replaced or added."""
    return Case("layers", fact, {**KERNEL, path: GPL + text, **more}, expected)


LAYERS = (
    layers("includes that look down pass", "kmod/dsm/serve.c",
           '#include "dsm.h"\n#include "proto/msg_dsm.h"\n\n#include <linux/mm.h>\n'),
    layers("a lower layer that includes a higher one fails", "kmod/core/a.c",
           '/* "no/where.h" */\n#include "dsm/dsm.h"\n',
           r"^kmod/core/a\.c:3: core includes dsm, which lies above it .*; let dsm call down"),
    layers("neighbours that include each other fail", "kmod/lock/a.c", '#include "dsm/dsm.h"\n',
           r"^kmod/lock/a\.c:2: lock includes its neighbour dsm; move"),
    layers("a private header of another component fails", "kmod/dsm/a.c",
           '#include "core/core_private.h"\n',
           r"^kmod/dsm/a\.c:2: kmod/core/core_private\.h is private to core; include core/core\.h"),
    layers("a component header after one of the kernel fails", "kmod/dsm/a.c",
           '#include <linux/mm.h>\n#include "core/core.h"\n',
           r'^kmod/dsm/a\.c:3: "core/core\.h" comes after <linux/mm\.h>; put'),
    layers("an own header that is not first fails", "kmod/dsm/dsm.c",
           '#include "core/core.h"\n#include "dsm/dsm.h"\n',
           r'^kmod/dsm/dsm\.c:3: "dsm/dsm\.h" is this file\'s own header; include it first'),
    layers("a version test outside compat fails", "kmod/dsm/a.c",
           "/* LINUX_VERSION_CODE */\n#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)\n#endif\n",
           r"^kmod/dsm/a\.c:3: LINUX_VERSION_CODE outside kmod/compat; hide",
           r"^kmod/dsm/a\.c:3: KERNEL_VERSION outside"),
    layers("a version test in compat passes", "kmod/compat/mm.c",
           "#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)\n#endif\n"),
    layers("a socket header in proto fails", "kmod/proto/table.c", "#include <linux/skbuff.h>\n",
           r"^kmod/proto/table\.c:2: proto reaches <linux/skbuff\.h>; proto is fuzzed"),
    layers("a sched header that proto reaches through core fails", "kmod/core/core.h",
           "#include <linux/sched.h>\n",
           r"^kmod/proto/proto\.h:2: proto reaches kmod/core/core\.h -> <linux/sched\.h>",
           r"^kmod/proto/msg_dsm\.h:2: proto reaches kmod/proto/proto\.h -> kmod/core/core\.h -> "),
    layers("an include that names nothing fails", "kmod/dsm/a.c", '#include "nowhere.h"\n',
           r'^kmod/dsm/a\.c:2: "nowhere\.h" is no file of this tree; write it relative'),
    layers("a directory that is no layer fails", "kmod/misc/a.c", "",
           r"^kmod/misc/a\.c:1: kmod/misc is no layer .*; move"),
    layers("a second file in kmod itself fails", "kmod/helper.c", "",
           r"^kmod/helper\.c:1: only main\.c lies in kmod itself; move"),
    layers("a program that includes the library's inside fails", "userspace/cli/main.c",
           '#include <weft.h>\n#include "../lib/internal.h"\n',
           r"^userspace/cli/main\.c:3: userspace/lib/internal\.h is private to the library"),
    layers("a program that includes kernel code fails", "userspace/daemon/main.c",
           '#include "../../kmod/core/core.h"\n',
           r"^userspace/daemon/main\.c:2: a program includes kmod/core/core\.h; take"),
    layers("libnl in the public header fails", "userspace/lib/weft.h",
           "#include <netlink/netlink.h>\n",
           r"^userspace/lib/weft\.h:2: the public header includes <netlink/netlink\.h>; keep"),
)

SPDX = (
    Case("spdx", "each place with its licence passes", {
        "kmod/core/a.c": GPL, "kmod/core/a.h": GPL_HEADER, "uapi/linux/weft.h": UAPI_HEADER,
        "userspace/lib/weft.h": LGPL_HEADER,
        "userspace/cli/a.c": f"// {TAG}GPL-2.0-or-later\n",
        "userspace/man/weft.8": f'.\\" {TAG}GPL-2.0-or-later\n',
        "userspace/lib/libweft.map": f"/* {TAG}LGPL-2.1-or-later */\n",
        "Documentation/index.rst": f".. {TAG}GPL-2.0-only\n",
        "Documentation/netlink/specs/weft.yaml":
            f"# {TAG}GPL-2.0-only WITH Linux-syscall-note\n",
        "README.md": f"<!-- {TAG}GPL-2.0-only -->\n", "COPYING": "text\n", "picture": "a\0b",
        "scripts/a": SHELL, "userspace/lib/Makefile": GPL_HASH}),
    Case("spdx", "no licence fails and the line to write is told", {"kmod/core/a.c": "int a;\n"},
         (rf"^kmod/core/a\.c:1: no licence; make this line: // {TAG}GPL-2\.0-only$",)),
    Case("spdx", "a licence below a first line that is no #! fails",
         {"scripts/a.sh": "\n" + GPL_HASH}, (r"^scripts/a\.sh:1: no licence",)),
    Case("spdx", "an empty file fails", {"scripts/a.sh": ""}, (r"^scripts/a\.sh:1: no licence",)),
    Case("spdx", "a licence of another place fails",
         {"kmod/core/a.c": f"// {TAG}GPL-2.0-or-later\n",
          "userspace/lib/a.c": f"// {TAG}GPL-2.0-or-later\n"},
         (r"^kmod/core/a\.c:1: licence GPL-2\.0-or-later does not belong here; write GPL-2\.0-only",
          r"^userspace/lib/a\.c:1: licence .* write LGPL-2\.1-or-later")),
    Case("spdx", "the comment of another kind of file fails", {"kmod/core/a.h": GPL},
         (r"^kmod/core/a\.h:1: wrong comment style for the licence; write: /\* ",)),
)

NAMES = (
    Case("names", "a tree that speaks of itself passes", {
        "a.c": GPL + "/* the network/ro" + "ot/file, $HOME/work/x, a framework/work/y */\n",
        "scripts/lab/guest/boot.c": GPL + 'mount("/ro' + 'ot/proc");\n'}),
    Case("names", "paths of a machine fail",
         {"a.c": "/ro" + "ot/x\n\n/ho" + "me/someone\n'/wo" + "rk/x'\n"},
         (r"^a\.c:1: .* is a path of one machine; use", r"^a\.c:3: .*; use", r"^a\.c:4: .*; use")),
    Case("names", "hosts of registries fail", {"a.sh": "get https://deb.deb" + "ian.org/x\n"},
         (r"^a\.sh:1: .* is a host of a package registry; rely",)),
    Case("names", "notes outside the tree fail", {"a.rst": "see sty" + "le.md\n"},
         (r"^a\.rst:1: .* is a note that is not in the tree; put",)),
)

TOP = {name: GPL_HASH for name in "Kbuild Makefile kmod/a uapi/a userspace/a selftests/a "
       "Documentation/a scripts/a README.md COPYING .ci/run .clang-format .gitignore".split()}

REST = (
    Case("toplevel", "the complete top level passes", TOP),
    Case("toplevel", "a stranger fails", {**TOP, "notes.txt": "x\n", "lib/a.c": GPL},
         (r"^lib:1: does not belong at the top level; move",
          r"^notes\.txt:1: does not belong at the top level; move")),
    Case("toplevel", "a missing entry fails",
         {name: text for name, text in TOP.items() if name != "COPYING"},
         (r"^COPYING:1: is missing at the top level; restore",)),
    Case("python", "sound Python passes", {"a.py": PYTHON + "import sys\nprint(sys.argv)\n"}),
    Case("python", "a syntax error fails", {"tool": PYTHON + "def work(:\n"},
         (r"^tool:3: does not compile: .*; correct",)),
    Case("python", "an unused import fails", {"a.py": PYTHON + "import sys\n"},
         (r"^a\.py:3: 'sys' imported but unused; remove",)),
    Case("python", "a long line fails", {"a.py": PYTHON + "a = '" + "x" * 95 + "'\n"},
         (r"^a\.py:3: 101 columns, at most 100; break",)),
)

CASES = (*SIZE, *LAYERS, *SPDX, *NAMES, *REST)
