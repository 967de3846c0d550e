# SPDX-License-Identifier: GPL-2.0-only
"""
A reader of C that is good enough for rules and never needs a compiler.

Every function here keeps offsets: what is blanked is replaced by as many
spaces, so that a line number found in blanked text is right in the file.
"""

import re
from dataclasses import dataclass
from typing import Iterator, Optional

_TOKEN = re.compile(
    r"//(?:[^\n\\]|\\.)*"
    r"|/\*.*?(?:\*/|\Z)"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'(?:[^'\\\n]|\\.)*'", re.S)
_DIRECTIVE = re.compile(r"^[ \t]*#[ \t]*(\w*)((?:[^\n\\]|\\\n|\\.)*)", re.M)
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.M)
_ATTRIBUTE = re.compile(
    r"\b__(?:attribute__|aligned|printf|must_hold|acquires|releases|section|"
    r"alloc_size|counted_by|format)\s*\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)")
_CALL = re.compile(r"\b([A-Za-z_]\w*)\s*\(")
_DECLARATION = re.compile(
    r"(?:(?:const|volatile|unsigned|signed|struct|union|enum|register|__maybe_unused)\s+)*"
    r"(?P<type>[A-Za-z_]\w*)(?:\s+(?:const|int|long|char|short|__user|__rcu|__iomem|unsigned))*"
    r"(?:\s+\**|\s*\*+\s*)(?:const\s+|__restrict\s+|__free\([^)]*\)\s*)*"
    r"(?P<name>[A-Za-z_]\w*)\s*(?:__\w+(?:\([^)]*\))?\s*)*(?=[=,;\[]|$)")
_POINTER_TO_FUNCTION = re.compile(r"(?:\w+\s+)+\**\(\s*\*\s*\w+\s*\)\s*\(")
_DECLARING_MACRO = re.compile(r"(?:DECLARE|DEFINE)_\w+\(|(?:LIST|HLIST|LLIST)_HEAD\(")
_NEXT_AT_MARGIN = re.compile(r"[ \t]*\n\s*^(?=[A-Za-z_])", re.M)
_NOT_A_TYPE = frozenset("return goto case else sizeof do if for while switch break "
                        "continue default typeof static typedef extern".split())


def _spaces(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def blank(text: str, strings: bool = True) -> str:
    """Blank comments and, unless told otherwise, the inside of strings."""
    def replace(match: re.Match) -> str:
        found = match.group()
        if found[0] == "/":
            return _spaces(found)
        return found[0] + _spaces(found[1:-1]) + found[-1] if strings else found
    return _TOKEN.sub(replace, text)


@dataclass
class _Branch:
    """An open #if: is its present branch kept, and was one kept before?"""

    keep: bool
    done: bool


def without_directives(blanked: str) -> str:
    """
    Blank every preprocessor line and, of an #if, all branches but the first
    that is not "#if 0": so braces pair up as in one of the possible builds.
    """
    pieces: list[str] = []
    stack: list[_Branch] = []
    end = 0
    for match in _DIRECTIVE.finditer(blanked):
        between = blanked[end:match.start()]
        kept = all(branch.keep for branch in stack)
        pieces.append(between if kept else _spaces(between))
        pieces.append(_spaces(match.group()))
        end = match.end()
        word = match.group(1)
        if word in ("if", "ifdef", "ifndef"):
            keep = not (word == "if" and match.group(2).strip() == "0")
            stack.append(_Branch(keep, keep))
        elif word in ("else", "elif") and stack:
            stack[-1].keep = not stack[-1].done
            stack[-1].done = True
        elif word == "endif" and stack:
            stack.pop()
    kept = all(branch.keep for branch in stack)
    pieces.append(blanked[end:] if kept else _spaces(blanked[end:]))
    return "".join(pieces)


def code_only(text: str) -> str:
    """The text with comments, strings and the preprocessor blanked."""
    return without_directives(blank(text))


@dataclass(frozen=True)
class Include:
    line: int
    quoted: bool
    name: str


def includes(text: str) -> list[Include]:
    """Every #include, of all branches, in order."""
    plain = blank(text, strings=False)
    return [Include(plain.count("\n", 0, match.start()) + 1, match[1] == '"', match[2])
            for match in _INCLUDE.finditer(plain)]


@dataclass(frozen=True)
class Item:
    """
    Something at file level: a function with a body, or a statement up to its
    semicolon. Offsets are into the code; open is -1 for a statement.
    """

    name: str
    head: str
    start: int
    open: int
    end: int


def matching(code: str, start: int) -> int:
    """The offset of the bracket that closes the one at start, or the end."""
    depth = 0
    for match in re.compile(r"[(){}\[\]]").finditer(code, start):
        depth += 1 if match.group() in "({[" else -1
        if depth == 0:
            return match.start()
    return len(code)


def function_name(head: str) -> Optional[str]:
    """The name, if this text in front of a '{' or ';' declares a function."""
    plain = _ATTRIBUTE.sub(lambda match: " " * len(match.group()), head)
    if "typedef" in plain.split():
        return None
    match = _CALL.search(plain)
    if not match or "=" in plain[:match.start()]:
        return None
    close = matching(plain, match.end() - 1)
    # each word whole, or a long text is taken apart in all ways there are
    if not re.fullmatch(r"\s*(?:\w+\b\s*(?:\([^()]*\)\s*)?)*", plain[close + 1:]):
        return None
    return match.group(1)


def items(code: str) -> Iterator[Item]:
    """The functions and statements of code_only() text, in order."""
    start = position = 0
    marks = re.compile(r"[({;]")
    while match := marks.search(code, position):
        at, mark = match.start(), match.group()
        head = code[start:at]
        if mark == "(":
            position = matching(code, at) + 1
            if _NEXT_AT_MARGIN.match(code, position):
                start = position    # a macro that needs no semicolon ended here
            continue
        first = start + len(head) - len(head.lstrip())
        if mark == ";":
            yield Item(function_name(head) or "", head.strip(), first, -1, at)
            start = position = at + 1
        elif re.fullmatch(r'\s*extern\s*"\s*"\s*', head):
            start = position = at + 1
        else:
            close = matching(code, at)
            name = function_name(head)
            position = close + 1
            if name:
                yield Item(name, head.strip(), first, at, close)
                start = position


def functions(code: str) -> Iterator[Item]:
    """The functions that have a body."""
    return (item for item in items(code) if item.open >= 0)


def _opens_level(body: str, at: int) -> bool:
    """Is the '{' here the block of an if, a loop or a switch?"""
    before = body[:at].rstrip()
    if re.search(r"\b(?:else|do)$", before):
        return True
    if not before.endswith(")"):
        return False
    depth = 0
    for offset in range(len(before) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(before[offset], 0)
        if depth == 0:
            word = re.search(r"([A-Za-z_]\w*)\s*$", before[:offset])
            return bool(word) and word.group(1) not in ("return", "sizeof")
    return False


def nesting(body: str) -> tuple[int, int]:
    """
    How deep blocks nest in a function body, braces included, and where. The
    block of an if, loop or switch is one level; the block of a case label, an
    initializer and a statement expression are none.
    """
    deepest, where, stack = 0, 0, []
    for match in re.finditer(r"[{}]", body[1:]):
        at = match.start() + 1
        if match.group() == "}":
            if stack:
                stack.pop()
            continue
        stack.append(_opens_level(body, at))
        if sum(stack) > deepest:
            deepest, where = sum(stack), at
    return deepest, where


def _declarators(statement: str) -> int:
    """How many names one declaration declares."""
    depth, count = 0, 1
    for char in statement:
        depth += {"(": 1, "{": 1, "[": 1, ")": -1, "}": -1, "]": -1}.get(char, 0)
        if char == "," and depth == 0:
            count += 1
    return count


def _flatten(body: str) -> str:
    """Replace initializer braces by nothing, so that ';' ends statements."""
    out, position = [], 0
    for match in re.finditer(r"=\s*(\{)", body):
        if match.start() < position:
            continue
        out.append(body[position:match.start()] + "= 0")
        position = matching(body, match.start(1)) + 1
    return "".join(out) + body[position:]


def local_variables(body: str) -> int:
    """How many variables a function body declares, inner blocks included."""
    count = 0
    for raw in re.split(r"[;{}]", _flatten(body)):
        statement = re.sub(r"^\s*(?:(?:case\b[^:]*|default|\w+)\s*:(?!:))*\s*", "", raw)
        loop = re.match(r"for\s*\(\s*", statement)
        if loop:
            statement = statement[loop.end():]
        if _DECLARING_MACRO.match(statement) or _POINTER_TO_FUNCTION.match(statement):
            count += 1
            continue
        match = _DECLARATION.match(statement)
        if match and match.group("type") not in _NOT_A_TYPE:
            count += _declarators(statement)
    return count
