"""The manifest of an artifact: its files, its spec and inputs, and a seal over all of them."""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

from harness.files.atomic import sync
from harness.options import Json

SCHEMA = 2
UNSEALED = 1  # the schema before manifests had a seal and the time of files
MANIFEST = "manifest.json"
NOTES = "notes.json"  # what may differ between two equal runs: seconds, histories of seconds
Files = Mapping[str, Mapping[str, Json]]


def read_manifest(path: Path) -> dict[str, Json]:
    """Read a manifest, and check its seal.

    Raises:
        ValueError: the manifest is damaged, or of a later edition.
    """
    manifest: dict[str, Json] = _content(path, MANIFEST)
    seal = manifest.pop("seal", None)
    if (manifest["schema"], seal) not in ((UNSEALED, None), (SCHEMA, _sealed(manifest))):
        raise ValueError("the manifest is damaged")
    if not all(isinstance(manifest[key], dict) for key in ("files", "inputs", "spec")):
        raise ValueError("the manifest is damaged")
    return manifest


def read_notes(path: Path) -> dict[str, Json]:
    """Read what was measured on the way.

    Raises:
        ValueError: the file is damaged.
    """
    return _content(path, NOTES)


def _content(path: Path, name: str) -> dict[str, Json]:
    with open(f"{path}/{name}", "rb") as stream:  # noqa: PTH123 - thousands are looked at
        content: dict[str, Json] = json.loads(stream.read())
    return content


def _sealed(manifest: Mapping[str, Json]) -> str:
    """Compute the seal of a manifest: the SHA-256 of all the rest."""
    return hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()


def write_manifest(
    draft: Path,
    kind: str,
    digest: str,
    spec: Mapping[str, Json],
    inputs: Mapping[str, str],
    notes: Mapping[str, Json],
) -> None:
    """Write notes and manifest of a draft, and sync all of its files."""
    (draft / NOTES).write_text(json.dumps(notes, sort_keys=True, indent=1), "utf-8")
    files = {}
    for file in sorted(draft.iterdir()):
        stat = file.stat()
        files[file.name] = {
            "sha256": _sha256(file),
            "bytes": stat.st_size,
            "modified_ns": stat.st_mtime_ns,
        }
    data = {name: entry["sha256"] for name, entry in files.items() if name != NOTES}
    manifest = {
        "schema": SCHEMA,
        "kind": kind,
        "digest": digest,
        "spec": spec,
        "inputs": dict(inputs),
        "files": files,
        "content": hashlib.sha256(json.dumps(data).encode()).hexdigest(),
    }
    manifest["seal"] = _sealed(manifest)
    (draft / MANIFEST).write_text(json.dumps(manifest, sort_keys=True, indent=1), "utf-8")
    for file in draft.iterdir():
        sync(file)
    sync(draft)


def compare(path: Path, files: Files, read: bool) -> None:
    """Compare files with a manifest: by size and time where they are known, else by their bytes.

    Raises:
        ValueError: a file differs; its name.
    """
    for name, entry in files.items():
        stat = os.stat(f"{path}/{name}")  # noqa: PTH116 - thousands of artifacts are looked at
        if stat.st_size != entry["bytes"]:
            raise ValueError(name)
        same = not read and stat.st_mtime_ns == entry.get("modified_ns")
        if not same and _sha256(path / name) != entry["sha256"]:
            raise ValueError(name)


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def stamp_of(path: Path, names: tuple[str, ...]) -> tuple[int, ...]:
    """Stamp an artifact: inode, size and time of its manifest and data files."""
    facts: list[int] = []
    for name in (MANIFEST, *names):
        stat = os.stat(f"{path}/{name}")  # noqa: PTH116 - thousands of artifacts are looked at
        facts += [stat.st_ino, stat.st_size, stat.st_mtime_ns]
    return tuple(facts)
