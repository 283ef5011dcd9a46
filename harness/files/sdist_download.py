"""Copy one source archive of the package index, unopened, in a separate process.

pip runs the setup.py of a source archive whenever it looks at one: `pip download`, `pip lock` and
`pip install --dry-run` all ask it for its name and what it needs, and fetch what builds it, without
a version or a hash. Here only pip's client is used, with all that the user has configured (index,
mirror, certificates, proxy): it lists the files of a package; the one whose SHA-256 is pinned is
copied. Nothing is unpacked, built or run. Needs pip alone, and prints nothing but why it failed.
"""

import hashlib
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optparse import Values

    from pip._internal.cli.req_command import RequirementCommand
    from pip._internal.models.link import Link
    from pip._internal.network.session import PipSession

LARGEST = 200_000_000  # bytes


def links(
    name: str,
    version: str,
    session: "PipSession",
    command: "RequirementCommand",
    options: "Values",
) -> list["Link"]:
    """List the links to the source archives of a version, as pip finds them."""
    finder = command._build_package_finder(options=options, session=session)
    return [
        candidate.link
        for candidate in finder.find_all_candidates(name)
        if str(candidate.version) == version and not candidate.link.is_wheel
    ]


def copied(link: "Link", session: "PipSession", target: Path) -> str:
    """Copy the file at a link; gives its SHA-256."""
    from pip._internal.network.utils import HEADERS, response_chunks

    response = session.get(link.url_without_fragment, headers=HEADERS, stream=True)
    response.raise_for_status()
    digest, size = hashlib.sha256(), 0
    with target.open("wb") as file:
        for piece in response_chunks(response):
            size += len(piece)
            if size > LARGEST:
                raise ValueError(f"larger than {LARGEST:,} bytes")
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()


class Failures(logging.Handler):
    """A log handler that keeps the last reason why an index did not answer: pip only logs it."""

    reason = "the package index has no such file"

    def emit(self, record: logging.LogRecord) -> None:
        """See logging.Handler."""
        text = record.getMessage()
        if text.startswith("Could not fetch URL"):
            self.reason = text.partition(": ")[2].removesuffix(" - skipping")


def fetch(name: str, version: str, sha256: str, target: Path) -> None:
    """Copy the archive with a SHA-256; exit with a line on stderr if the index has none."""
    from pip._internal.cli.req_command import RequirementCommand
    from pip._internal.commands import create_command

    command = create_command("download")
    if not isinstance(command, RequirementCommand):
        raise TypeError("pip download finds no packages any more")
    arguments = ["--no-deps", "--no-binary=:all:", "--retries=1", "--quiet", name]
    options, _names = command.parse_args(arguments)
    failures = Failures(logging.DEBUG)
    log = logging.getLogger("pip._internal.index")
    log.setLevel(logging.DEBUG)
    log.addHandler(failures)
    log.propagate = False
    with command.main_context():
        session = command.get_default_session(options)
        for link in links(name, version, session, command, options):
            if link.hash_name == "sha256" and link.hash != sha256:
                continue
            try:
                if copied(link, session, target) == sha256:
                    return
                failures.reason = "the file has another checksum than the one that is pinned"
            except Exception as error:  # of the network, of pip's client: the next link may do
                failures.reason = f"{type(error).__name__}: {error}"
    target.unlink(missing_ok=True)
    sys.exit(f"{name} {version}: {failures.reason}")


if __name__ == "__main__":
    fetch(sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4]))
