"""Artifacts on disk: written beside, synced, renamed, and verified whenever they are read.

    <root>/<kind>/<digest>/ data files, notes.json, manifest.json

The manifest is written last. It holds the SHA-256 of every file, and the content digest of every
input, so that an artifact counts as present only while its bytes are whole and while its inputs
are the ones it was made from.
"""

import contextlib
import hashlib
import json
import os
import shutil
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from harness.errors import HarnessError, LackingError

Kind = Literal[
    "datasets",
    "gans",
    "appraisals",
    "breakers",
    "readings",
    "certificates",
    "curves",
    "denoisers",
    "detectors",
    "detections",
    "visits",
    "results",
]
SCHEMA = 1
FORGOTTEN = 30 * 86_400  # seconds after which a training that was killed begins anew
MANIFEST = "manifest.json"
NOTES = "notes.json"  # what may differ between two equal runs: seconds, histories of seconds


@dataclass(frozen=True)
class Artifact:
    """One finished step on disk.

    Attributes:
        path: its folder.
        content: digest of the data files (not of the notes): equal content, equal digest.
        inputs: digest of each input -> the content it had when this was made.
        spec: what was asked for, as JSON.
        notes: what was measured on the way (seconds, history).
    """

    path: Path
    content: str
    inputs: Mapping[str, str]
    spec: Mapping[str, Any]
    notes: Mapping[str, Any]


class Store:
    """The artifacts below one folder. Any number of processes may use it at once."""

    def __init__(self, root: Path) -> None:
        """Make the folder if need be.

        Raises:
            LackingError: the folder cannot be written.
        """
        self.root = root
        self._seen: dict[Path, tuple[tuple[int, ...], Artifact]] = {}
        try:
            self._beside.mkdir(parents=True, exist_ok=True)
            probe = self._beside / f"{os.getpid()}-probe"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise LackingError(
                f"cannot write to {root}: {error.strerror}; choose another folder with --home DIR"
            ) from None
        self._sweep_leftovers()

    @property
    def _beside(self) -> Path:
        return self.root / "unfinished"

    def path(self, kind: Kind, digest: str) -> Path:
        """Where the artifact is, or would be."""
        return self.root / kind / digest

    def checkpoint(self, digest: str) -> Path:
        """Where work that has not been done yet keeps what it goes on from."""
        return self._checkpoints / f"{digest}.npz"

    @property
    def _checkpoints(self) -> Path:
        return self.root / "checkpoints"

    def find(self, kind: Kind, digest: str) -> Artifact | None:
        """The artifact if it is there and whole, else None.

        An artifact with a missing, changed or truncated file is put out of the way, so that its
        step is done again. Files that have not changed since this process verified them are not
        read again.
        """
        path = self.path(kind, digest)
        try:
            manifest = json.loads((path / MANIFEST).read_bytes())
            stamp = _stamp(path, manifest["files"])
            known = self._seen.get(path)
            if known and known[0] == stamp:
                return known[1]
            if manifest["schema"] != SCHEMA:
                return None
            for name, entry in manifest["files"].items():
                if _sha256(path / name) != entry["sha256"]:
                    raise ValueError(name)
            artifact = Artifact(
                path=path,
                content=manifest["content"],
                inputs=manifest["inputs"],
                spec=manifest["spec"],
                notes=json.loads((path / NOTES).read_bytes()),
            )
        except (OSError, ValueError, KeyError, TypeError):
            if path.exists():
                self._discard(path)
            return None
        self._seen[path] = (stamp, artifact)
        return artifact

    @contextlib.contextmanager
    def writing(
        self, kind: Kind, digest: str, spec: Mapping[str, Any], inputs: Mapping[str, str]
    ) -> Iterator[tuple[Path, dict[str, Any]]]:
        """Give a folder for data files and a dict for the notes; publish both at the end.

        Nothing is published when the body raises. When another process was faster, its artifact
        stays and this one is dropped: both are the same function of the same spec.
        """
        draft = self._beside / f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
        draft.mkdir()
        notes: dict[str, Any] = {}
        try:
            yield draft, notes
            (draft / NOTES).write_text(json.dumps(notes, sort_keys=True, indent=1))
            files = {
                file.name: {"sha256": _sha256(file), "bytes": file.stat().st_size}
                for file in sorted(draft.iterdir())
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
            (draft / MANIFEST).write_text(json.dumps(manifest, sort_keys=True, indent=1))
            for file in draft.iterdir():
                _sync(file)
            _sync(draft)
            target = self.path(kind, digest)
            target.parent.mkdir(exist_ok=True)
            if target.exists() and self.find(kind, digest) is None and target.exists():
                raise HarnessError(f"{target} is in the way; remove it")
            with contextlib.suppress(FileExistsError):
                self._publish(draft, target)
            _sync(target.parent)
        except OSError as error:
            raise LackingError(f"cannot write to {self.root}: {error.strerror}") from error
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    @staticmethod
    def _publish(draft: Path, target: Path) -> None:
        try:
            draft.rename(target)
        except OSError as error:  # ENOTEMPTY: somebody else published the same step
            if target.is_dir():
                raise FileExistsError(target) from error
            raise

    def discard(self, kind: Kind, digest: str) -> None:
        """Drop an artifact, whole or not, so that its step is done again."""
        if self.path(kind, digest).exists():
            self._discard(self.path(kind, digest))

    def _discard(self, path: Path) -> None:
        self._seen.pop(path, None)
        grave = self._beside / f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
        with contextlib.suppress(OSError):
            path.rename(grave)
        shutil.rmtree(grave, ignore_errors=True)

    def _sweep_leftovers(self) -> None:
        """Remove the drafts of processes that are gone."""
        for draft in self._beside.iterdir():
            owner = draft.name.split("-")[0]
            if owner.isdigit() and not _alive(int(owner)):
                shutil.rmtree(draft, ignore_errors=True)
        # Of trainings that nobody has gone on with, and of processes that were killed in writing.
        for file in self._checkpoints.glob("*"):
            owner, _, rest = file.name.partition("-")
            with contextlib.suppress(OSError, ValueError):  # gone meanwhile, or not one of ours
                forgotten = time.time() - file.stat().st_mtime > FORGOTTEN
                if forgotten or (rest and not _alive(int(owner))):
                    file.unlink()


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _stamp(path: Path, names: Mapping[str, Any]) -> tuple[int, ...]:
    """What changes when a file does: manifest and data files, by inode, size and time."""
    facts: list[int] = []
    for name in (MANIFEST, *names):
        stat = (path / name).stat()
        facts += [stat.st_ino, stat.st_size, stat.st_mtime_ns]
    return tuple(facts)


def _sync(path: Path) -> None:
    """Make a file's bytes, or a folder's names, survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
