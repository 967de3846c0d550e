# SPDX-License-Identifier: GPL-2.0-only
"""Cases for the rules that call a compiler, a kernel script or another tool."""

from selftest_case import (GPL, GPL_HASH, GPL_HEADER, LGPL_HEADER, SHELL, TAG, UAPI_HEADER, Case,
                           guarded)

DOCUMENTED = """/**
 * weft_add() - add two numbers
 * @a: one
 * @b: the other
 *
 * Return: the sum.
 */
int weft_add(int a, int b)
{
	return a + b;
}
"""
CORE = guarded("CORE_H", "struct weft_net;\nint weft_add(int a,\n\t     int b);\n"
               "extern int (*weft_call)(int);\nstatic inline int hidden(void) { return 0; }\n"
               "static_assert(sizeof(int) == 4);\n#define WEFT_TWICE(x) ((x) * 2)\n")

KERNEL_DOC = (
    Case("kernel-doc", "a documented function passes",
         {"kmod/core/core.h": GPL_HEADER + CORE, "kmod/core/add.c": GPL + DOCUMENTED}),
    Case("kernel-doc", "an undocumented public function fails",
         {"kmod/core/core.h": GPL_HEADER + CORE,
          "kmod/core/add.c": GPL + DOCUMENTED.replace("/**", "/*")},
         (r"^kmod/core/core\.h:5: weft_add\(\) has no kernel-doc comment; say",)),
    Case("kernel-doc", "a parameter without a word fails",
         {"userspace/lib/weft.h": LGPL_HEADER + DOCUMENTED.replace(" * @b: the other\n", "")},
         (r"^userspace/lib/weft\.h:\d+: Function parameter or member 'b' not described.*; ",)),
    Case("kernel-doc", "a result without a word fails",
         {"kmod/core/add.c": GPL + DOCUMENTED.replace(" * Return: the sum.\n", "")},
         (r"^kmod/core/add\.c:\d+: No description found for return value.*; correct",)),
)

CHECKPATCH = (
    Case("checkpatch", "kernel style passes", {
        "kmod/core/add.c": GPL + "\n" + DOCUMENTED,
        "userspace/cli/a.c": f"// {TAG}GPL-2.0-or-later\n\nstatic uint32_t number;\n"}),
    Case("checkpatch", "other style fails",
         {"kmod/core/add.c": GPL + "\nint weft_add(int a,int b)\n{\n\treturn a + b;\n}\n"},
         (r"^kmod/core/add\.c:3: space required after that ',' .*; rewrite",)),
    Case("checkpatch", "what user space may do fails in the kernel",
         {"kmod/core/a.c": GPL + "\nstatic uint32_t number;\n"},
         (r"^kmod/core/a\.c:3: Prefer kernel type 'u32' over 'uint32_t'; rewrite",)),
)

KBUILD = GPL_HASH + "ccflags-y := -I$(src)/kmod -I$(src)/uapi\n"
HEADERS = (
    Case("headers", "headers that stand alone pass", {
        "Kbuild": KBUILD,
        "uapi/linux/weft.h": UAPI_HEADER + guarded(
            "UAPI", "#include <linux/types.h>\nstruct weft_a { __u64 a; };\n"),
        "kmod/core/core.h": GPL_HEADER + guarded(
            "CORE", "#include <linux/list.h>\n#include <linux/weft.h>\n"
            "struct weft_b { struct list_head list; struct weft_a a; };\n"),
        "userspace/lib/weft.h": LGPL_HEADER + guarded(
            "WEFT", "#include <linux/weft.h>\n#include <stddef.h>\nsize_t weft_size(void);\n"),
        "userspace/cli/cli.h": LGPL_HEADER + guarded("CLI", "#include <weft.h>\n")}),
    Case("headers", "kernel headers that lean on others fail, each by itself", {
        "Kbuild": KBUILD,
        "kmod/core/core.h": GPL_HEADER + guarded(
            "CORE", "struct weft_b { struct list_head l; };\n"),
        "kmod/core/open.h": GPL_HEADER + "struct weft_c { int a; };\n",
        "kmod/core/fine.h": GPL_HEADER + guarded("FINE", "struct weft_d { int a; };\n")},
         (r"^kmod/core/core\.h:4: does not compile alone: field .* has incomplete type; include",
          r"^kmod/core/open\.h:2: does not compile alone: redefinition of .*; include")),
    Case("headers", "an interface that is not C90 fails",
         {"uapi/linux/weft.h": UAPI_HEADER + "static inline int a(void) { return 0; } // b\n"},
         (r"^uapi/linux/weft\.h:2: does not compile alone: expected .*; include",)),
    Case("headers", "a library header that is not C++ fails",
         {"userspace/lib/weft.h": LGPL_HEADER + guarded("WEFT", "int weft_new(int class);\n")},
         (r"^userspace/lib/weft\.h:4: does not compile alone: .*; include",)),
)

INDEX = f".. {TAG}GPL-2.0-only\n\nweft\n====\n\n%s\n"
CONF = GPL_HASH + 'project = "weft"\n'
DOCS = (
    Case("docs", "sound pages pass", {"Documentation/conf.py": CONF,
                                      "Documentation/index.rst": INDEX % "Text."}),
    Case("docs", "a reference to nothing fails",
         {"Documentation/conf.py": CONF, "Documentation/index.rst": INDEX % ":doc:`nowhere`"},
         (r"^Documentation/index\.rst:6: unknown document: .*nowhere.*; correct",)),
    Case("docs", "a page that no other leads to fails",
         {"Documentation/conf.py": CONF, "Documentation/index.rst": INDEX % "Text.",
          "Documentation/lost.rst": INDEX % "Text."},
         (r"^Documentation/lost\.rst:1: document isn't included in any toctree; correct",)),
    Case("docs", "no root page fails", {"Documentation/conf.py": CONF},
         (r"^Documentation/index\.rst:1: is missing; write",)),
)

PAGE = f'.\\" {TAG}GPL-2.0-or-later\n.Dd $Mdocdate$\n.Dt WEFT 8\n.Os\n.Sh NAME\n' \
       ".Nm weft\n.Nd a few machines as one\n%s"
REST = (
    Case("shell", "sound shell passes", {"a.sh": SHELL + 'echo "$1"\n', "b": SHELL + "true\n"}),
    Case("shell", "a word that may split fails", {"tool": SHELL + "\nrm $1\n"},
         (r"^tool:4: Double quote to prevent globbing and word splitting.*; rewrite",)),
    Case("man", "a sound page passes", {"userspace/man/weft.8": PAGE % ""}),
    Case("man", "an unknown macro fails", {"userspace/man/weft.8": PAGE % ".Xy z\n"},
         (r"^userspace/man/weft\.8:8: .*unknown macro.*; mandoc\(1\)",)),
    Case("format", "another format is told and passes", {"a.c": GPL + "int a;\n"}),
)

PRINTS = SHELL + "printf 'one\\ntwo\\n'\n"
SYSCALLS = (
    Case("syscalls", "the page as it is made passes",
         {"scripts/build/syscalls-doc": PRINTS, "Documentation/syscalls.rst": "one\ntwo\n"}),
    Case("syscalls", "a row that differs fails, at its line",
         {"scripts/build/syscalls-doc": PRINTS, "Documentation/syscalls.rst": "one\n2\n"},
         (r"^Documentation/syscalls\.rst:2: differs from the table of system calls; run",)),
    Case("syscalls", "a row too many fails",
         {"scripts/build/syscalls-doc": PRINTS, "Documentation/syscalls.rst": "one\ntwo\n3\n"},
         (r"^Documentation/syscalls\.rst:3: differs",)),
    Case("syscalls", "a missing end of line fails",
         {"scripts/build/syscalls-doc": PRINTS, "Documentation/syscalls.rst": "one\ntwo"},
         (r"^Documentation/syscalls\.rst:2: differs",)),
    Case("syscalls", "a missing page fails", {"scripts/build/syscalls-doc": PRINTS},
         (r"^Documentation/syscalls\.rst:1: differs",)),
)

CASES = (*REST, *SYSCALLS, *KERNEL_DOC, *CHECKPATCH, *DOCS, *HEADERS)
