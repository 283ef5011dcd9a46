"""The store: artifacts on disk, written to a draft, synced, renamed, and verified when read.

    <root>/<kind>/<digest>/ data files, notes.json, manifest.json

The manifest is written last. It holds the SHA-256, the size and the time of every file, the content
digest of every input, and a seal over itself. An artifact counts as present while its files are
those that were written: same size and time, or else the same bytes. What a step takes as its input
is read in full and compared.

Looking writes and removes nothing. An artifact that is damaged counts as missing, and goes when its
step is done again; a file that cannot be read now is no damage, but an error that says so.
"""

import contextlib
import errno
import json
import os
import shutil
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.errors import HarnessError, PassingError, RequirementError
from harness.files.atomic import is_full, reason, sync
from harness.files.drafts import Drafts
from harness.options import Json
from harness.pipeline.manifest import (
    MANIFEST,
    compare,
    read_manifest,
    read_notes,
    stamp_of,
    write_manifest,
)

ABSENT = (FileNotFoundError, NotADirectoryError, IsADirectoryError)  # damage, not a passing error


@dataclass(frozen=True)
class Artifact:
    """An artifact: one finished step on disk.

    Attributes:
        path: its folder.
        content: digest of the data files (not of the notes): equal content, equal digest.
        inputs: digest of each input -> the content that it had when the step was done.
        spec: the work of its step, as JSON.
        notes: what was measured on the way (seconds, history).
    """

    path: Path
    content: str
    inputs: Mapping[str, str]
    spec: Mapping[str, Json]
    notes: Mapping[str, Json]


@dataclass(frozen=True)
class Seen:
    """An artifact that this process has verified: the stamp of its files, and how closely."""

    artifact: Artifact
    names: tuple[str, ...]
    stamp: tuple[int, ...]
    read: bool


class Store:
    """The store below one folder; any number of processes may use it at once."""

    def __init__(self, root: Path) -> None:
        """Name the folder; no file is touched."""
        self.root = root
        self.drafts = Drafts(root)
        self._seen: dict[Path, Seen] = {}

    def prepare(self) -> None:
        """Create the folder, and remove the drafts of processes that have ended.

        Raises:
            RequirementError: the folder cannot be written.
        """
        try:
            self.drafts.prepare()
            with self.drafts.new():
                pass
            self.drafts.remove_abandoned()
        except OSError as error:
            raise RequirementError(
                f"cannot write to {self.root}: {reason(error)}; choose another folder with "
                "--home DIR"
            ) from None

    def path(self, kind: str, digest: str) -> Path:
        """Give the folder of an artifact, whether it exists or not."""
        return self.root / kind / digest

    def checkpoint(self, digest: str) -> Path:
        """Give the file for the checkpoint of a training, by the digest of its step and inputs."""
        return self.drafts.checkpoints / f"{digest}.npz"

    def find(self, kind: str, digest: str, read: bool = False) -> Artifact | None:
        """Look up an artifact.

        Args:
            kind: of the artifact.
            digest: of its step.
            read: compare every byte, whatever the files' times say; once for each process.

        Returns:
            The artifact, or None where it is missing or damaged.

        Raises:
            RequirementError: a file exists and cannot be read now.
        """
        path = self.path(kind, digest)
        try:
            seen = self._seen.get(path)
            if seen and seen.read >= read and seen.stamp == stamp_of(path, seen.names):
                return seen.artifact
            manifest = read_manifest(path)
            if manifest["digest"] != digest or manifest["kind"] != kind:
                return None
            names = tuple(manifest["files"])
            stamp = stamp_of(path, names)
            compare(path, manifest["files"], read)
            artifact = Artifact(
                path=path,
                content=manifest["content"],
                inputs=manifest["inputs"],
                spec=manifest["spec"],
                notes=read_notes(path),
            )
        except ABSENT:
            return None
        except OSError as error:
            raise PassingError(
                f"cannot read {error.filename or path}: {reason(error)}; nothing was changed, try "
                "again when it can be read"
            ) from None
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None
        self._seen[path] = Seen(artifact, names, stamp, read)
        return artifact

    def size(self, kind: str, digest: str) -> int:
        """Give the bytes of an artifact's files, as `find` has seen them; 0 where it has not."""
        seen = self._seen.get(self.path(kind, digest))
        return sum(seen.stamp[1::3]) if seen else 0

    @contextlib.contextmanager
    def writing(
        self, kind: str, digest: str, spec: Mapping[str, Json], inputs: Mapping[str, str]
    ) -> Iterator[tuple[Path, dict[str, Json]]]:
        """Open a draft: a folder for data files, a dict for the notes; published at the end.

        Nothing is published when the body raises. When another process was faster, its artifact
        stays and this one is dropped: both are the same function of the same spec.

        Raises:
            RequirementError: the disk is full, or the store cannot be written.
            HarnessError: something that is no artifact is in the way.
        """
        notes: dict[str, Json] = {}
        at_work = False
        try:
            with self.drafts.new() as draft:
                at_work = True
                yield draft, notes
                at_work = False
                write_manifest(draft, kind, digest, spec, inputs, notes)
                self._publish(draft, kind, digest, inputs)
        except OSError as error:
            if at_work and not is_full(error):
                raise  # of something that the work reads
            raise PassingError(f"cannot write to {self.root}: {reason(error)}") from error

    def _publish(self, draft: Path, kind: str, digest: str, inputs: Mapping[str, str]) -> None:
        """Rename a draft to the artifact's folder; a damaged or outdated artifact goes first."""
        target = self.path(kind, digest)
        target.parent.mkdir(exist_ok=True)
        for _ in range(2):
            there = self.find(kind, digest)
            if there is not None and dict(there.inputs) == dict(inputs):
                return
            if os.path.lexists(target):
                self._clear(target)
            try:
                _move(draft, target)
            except OSError:
                if not target.is_dir():
                    raise
                continue  # another process was faster
            sync(target.parent)
            return

    def discard(self, kind: str, digest: str) -> None:
        """Remove an artifact, whole or damaged, so that its step is done again."""
        if os.path.lexists(self.path(kind, digest)):
            self._clear(self.path(kind, digest))

    def _clear(self, target: Path) -> None:
        """Remove an artifact; a folder without a manifest of that name is set aside instead.

        Raises:
            HarnessError: the path is no folder of this store.
        """
        self._seen.pop(target, None)
        if target.is_symlink() or not target.is_dir():
            raise HarnessError(f"{target} is in the way; remove it")
        try:
            ours = json.loads((target / MANIFEST).read_bytes())["digest"] == target.name
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            ours = False
        if ours:
            with self.drafts.new() as grave, contextlib.suppress(FileNotFoundError):
                target.rename(grave / target.name)
            return
        with self.drafts.new() as name, contextlib.suppress(FileNotFoundError):
            target.rename(self.drafts.set_aside / f"{target.name}-{name.name[:8]}")


def _move(draft: Path, target: Path) -> None:
    """Rename a draft to the artifact's folder; across disks, copy it beside the target first."""
    try:
        draft.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        beside = target.with_name(f".{target.name}-{uuid.uuid4().hex[:8]}")
        try:
            shutil.copytree(draft, beside)  # with the times of the files
            for file in beside.iterdir():
                sync(file)
            beside.rename(target)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
