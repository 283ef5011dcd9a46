"""Bring the pages of the repository's root into the site: README.md is its first one."""

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File

ROOT = Path(__file__).parents[2]
PAGES = {
    "README.md": "index.md",
    **{
        f"{name}.md": f"{name}.md"
        for name in ("BENCHMARKS", "CHANGELOG", "CONTRIBUTING", "SECURITY")
    },
}
LINK = re.compile(r"\]\((?P<up>(?:\.\./)*)(?P<target>[A-Za-z][^):#]*)")


def on_files(files: Any, config: Any) -> Any:
    """Add the pages of the root to those of docs/."""
    for name, page in PAGES.items():
        files.append(File.generated(config, page, content=(ROOT / name).read_text("utf-8")))
    return files


def on_page_markdown(markdown: str, page: Any, **_facts: Any) -> str:
    """Write a page's links as they are in the site, where docs/ and the root are one folder."""
    at_root = page.file.src_uri in PAGES.values()
    return LINK.sub(lambda link: "](" + _target(link, at_root, page.file.src_uri), markdown)


def _target(link: re.Match[str], at_root: bool, page: str) -> str:
    """Give the target of a link; those that lead out of docs/ lose one step up."""
    up, target = link["up"], link["target"]
    if at_root and target.startswith("docs/"):
        target = target.removeprefix("docs/")
    elif up.count("../") > page.count("/"):
        up = up.removeprefix("../")
    return up + PAGES.get(target, target)
