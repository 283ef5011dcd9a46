"""`python -m benchmarks.house`: what the code is made of, counted from its syntax trees.

Prints rooms with their files and lines, `Any` per 1,000 lines, private words, first words of
docstrings, long files and functions, what a new measurement costs; with --time, how long the tests
take on this machine.
"""

import argparse
import ast
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
TOPS = ("harness", "workers", "reports", "commands", "benchmarks")
EXAMPLE = ROOT / "tests" / "support" / "darkened"
PRIVATE = frozenset({"found", "one", "own", "said", "told", "word", "made", "place"})
LONG_FILE = 250  # lines
# What docstrings of functions may begin with; a verb that is lacking is added there.
VERBS = frozenset((ROOT / "benchmarks" / "verbs.txt").read_text("utf-8").split())


class Offence(NamedTuple):
    """Something that the house does without.

    Attributes:
        where: file and line, from the root of the project.
        what: the name, or the first word.
    """

    where: str
    what: str


def files(*tops: str) -> list[Path]:
    """List the modules of top-level rooms."""
    return [file for top in tops or TOPS for file in sorted((ROOT / top).rglob("*.py"))]


def parsed(file: Path) -> ast.Module:
    """Read the syntax tree of a module."""
    return ast.parse(file.read_text(encoding="utf-8"))


def _where(file: Path, line: int) -> str:
    return f"{file.relative_to(ROOT)}:{line}"


def named(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Give each name that a module gives: functions, parameters, variables, attributes; its line.

    What a module only uses, as a keyword of somebody else's function, is no name of its own.
    """
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield node.name, node.lineno
            case ast.arg():
                yield node.arg, node.lineno
            case ast.Name(ctx=ast.Store()):
                yield node.id, node.lineno
            case ast.Attribute(ctx=ast.Store()):
                yield node.attr, node.lineno
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name, node.lineno
            case ast.ExceptHandler(name=str(name)):
                yield name, node.lineno
            case ast.Import() | ast.ImportFrom():
                for alias in node.names:
                    if alias.asname:
                        yield alias.asname, node.lineno


def private_names(file: Path) -> list[Offence]:
    """List the names of a module that say nothing to a reader who does not know the code."""
    return [
        Offence(_where(file, line), name)
        for name, line in named(parsed(file))
        if name.strip("_") in PRIVATE
    ]


def functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Give the functions of a module, those inside of others too."""
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def no_verbs(file: Path) -> list[Offence]:
    """List the functions whose docstring does not begin with a verb that says what they do."""
    offences = []
    for function in functions(file):
        text = ast.get_docstring(function)
        if text is None:
            continue
        first = text.split(maxsplit=1)[0].rstrip(".,:;") if text.strip() else ""
        if first.lower() not in VERBS or not first[:1].isupper():
            offences.append(Offence(_where(file, function.lineno), f"{function.name}: {first!r}"))
    return offences


def untyped(file: Path) -> int:
    """Count how often a module says `Any`."""
    return sum(isinstance(node, ast.Name) and node.id == "Any" for node in ast.walk(parsed(file)))


def length(file: Path) -> int:
    """Count the lines of a file."""
    return len(file.read_text(encoding="utf-8").splitlines())


def statements(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function without its docstring."""
    last = function.end_lineno or function.lineno
    lines = last - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    """Lay rows out in columns, the first to the left and the others to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for first, *others in rows:
        cells = [text.rjust(width) for text, width in zip(others, widths[1:], strict=True)]
        yield "  ".join([first.ljust(widths[0]), *cells])


def rooms() -> Iterator[str]:
    """Tell the files, lines and `Any` of each room, and of each top."""
    rows: list[tuple[str, ...]] = [("room", "files", "lines", "Any", "Any per 1,000 lines")]
    for top in TOPS:
        each: dict[str, list[Path]] = {top: files(top)} if files(top) else {}
        for file in files(top):
            if file.parent != ROOT / top:
                name = "  " + ".".join(file.parent.relative_to(ROOT).parts)
                each.setdefault(name, []).append(file)
        for name, those in each.items():
            lines, anys = sum(map(length, those)), sum(map(untyped, those))
            share = f"{1000 * anys / max(lines, 1):.1f}"
            rows.append((name, str(len(those)), str(lines), str(anys), share))
    yield from table(rows)


def listed(title: str, offences: list[Offence], most: int) -> Iterator[str]:
    """Tell how many there are, and the first of them."""
    yield f"{title}: {len(offences)}"
    for offence in offences[:most]:
        yield f"  {offence.where}: {offence.what}"
    if len(offences) > most:
        yield f"  ... {len(offences) - most} more; --all lists them"


def longest(most: int) -> Iterator[str]:
    """Tell which files are long, and which functions are the longest."""
    long = sorted(((length(file), file) for file in files()), reverse=True)
    above = [(lines, file) for lines, file in long if lines > LONG_FILE]
    yield f"files over {LONG_FILE} lines: {len(above)}"
    yield from (f"  {file.relative_to(ROOT)}: {lines}" for lines, file in above)
    sizes = sorted(
        (
            (statements(function), _where(file, function.lineno), function.name)
            for file in files()
            for function in functions(file)
        ),
        reverse=True,
    )
    yield f"functions: {len(sizes)}; the longest, without their docstrings:"
    yield from (f"  {where} {name}: {lines} lines" for lines, where, name in sizes[:most])


def plumbing() -> Iterator[str]:
    """Tell how many files the example of a new measurement is made of."""
    if not EXAMPLE.is_dir():
        yield f"files of a new measurement: {EXAMPLE.relative_to(ROOT)} is not there"
        return
    parts = sorted(file for file in EXAMPLE.rglob("*.py") if file.read_text("utf-8").strip())
    yield f"files of a new measurement: {len(parts)}"
    yield from (f"  {file.relative_to(ROOT)}: {length(file)}" for file in parts)


def tests_take() -> str:
    """Run the tests and say how long they took."""
    start = time.monotonic()
    done = subprocess.run(["/usr/bin/env", "make", "test"], cwd=ROOT, check=False)
    minutes = (time.monotonic() - start) / 60
    return f"make test: {minutes:.1f} minutes, exit code {done.returncode}"


def counts(most: int) -> Iterator[str]:
    """Tell all counts but the minutes of the tests.

    Args:
        most: offences that are listed of each kind.
    """
    yield from rooms()
    yield ""
    names = [offence for file in files() for offence in private_names(file)]
    yield from listed(f"names among {', '.join(sorted(PRIVATE))}", names, most)
    verbless = [offence for file in files() for offence in no_verbs(file)]
    yield from listed("docstrings of functions that begin with no verb", verbless, most)
    yield from longest(8)
    yield from plumbing()


def main() -> None:
    """Print the counts."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.house", description=__doc__)
    parser.add_argument("--all", action="store_true", help="list each offence")
    parser.add_argument("--time", action="store_true", help="run `make test`, and say its minutes")
    asked = parser.parse_args()
    for line in counts(sys.maxsize if asked.all else 5):
        print(line)
    if asked.time:
        print(tests_take())


if __name__ == "__main__":
    main()
