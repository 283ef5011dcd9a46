"""Natural size of what a function draws: asked of a process of its own, which calls it once."""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from harness.datasets.generator import Generator
from harness.errors import HarnessError
from harness.options import KEPT

PATIENCE = 120.0  # seconds for one captcha, the imports of the function included
START = (
    "import json, sys; request = json.load(sys.stdin); sys.path[:] = request['import_path']; "
    "from harness.datasets.user_function.natural_size import main; main(request)"
)


def natural_size(options: Generator) -> tuple[int, int]:
    """Give width and height in pixels of the image that a function draws.

    Args:
        options: of the generator `callable`; its size is not used.

    Raises:
        HarnessError: the function raised, or drew no image, or nothing within two minutes.
    """
    path = [str(Path(entry).absolute()) for entry in sys.path]
    with tempfile.TemporaryDirectory(prefix="captcha-harness-size-") as folder:
        answer = Path(folder) / "answer.json"  # stdout is the function's, which may print
        request = {
            "options": options.model_dump(mode="json"),
            "import_path": path,
            "answer": str(answer),
        }
        output = _called(json.dumps(request).encode())
        if not answer.is_file():
            last = output.strip().splitlines()[-1:] or ["it said nothing"]
            raise HarnessError(f"the process of the function ended early: {last[0]}", output)
        given = json.loads(answer.read_bytes())
    if "error" in given:
        raise HarnessError(given["error"], f"{given['details']}\n{output}".strip())
    return int(given["width"]), int(given["height"])


def _called(request: bytes) -> str:
    """Run the process; gives what it has written."""
    process = subprocess.Popen(  # noqa: S603 - a fixed command, no shell
        [sys.executable, "-P", "-c", START],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        output, _nothing = process.communicate(request, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        raise HarnessError(
            f"the function drew nothing for {PATIENCE:.0f} seconds; does it wait for something?"
        ) from None
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return output.decode(errors="replace")


def main(request: dict[str, object]) -> None:
    """Call the function once, and write the size of its image into a file.

    Args:
        request: options of the generator, and `answer`, the path of the file.
    """
    from harness.datasets.user_function.callable import Callable

    answer: dict[str, object]
    try:
        generator = Callable.model_validate(request["options"], context=KEPT)
        generator.enter()
        numbers = random.Random(0)
        width, height = generator.drawn(generator.text(numbers), numbers).size
        answer = {"width": width, "height": height}
    except HarnessError as error:
        answer = {"error": str(error), "details": error.details}
    Path(str(request["answer"])).write_text(json.dumps(answer))
