"""Functions of the user's that print, warn, read, fork, hang or exit while they draw."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from console import ROOT

from harness.datasets.drawing import captcha_stream, worker_process
from harness.datasets.drawing.parallel import IMAGES, ParallelDrawing
from harness.datasets.user_function.callable import Callable
from harness.errors import HarnessError

DRAWING = """
import random
from PIL import Image, ImageDraw

def plain(text):
    image = Image.new("L", (60, 24), 255)
    ImageDraw.Draw(image).text((random.randrange(9), 3), text, fill=0, font_size=16)
    return image

def draw(text):
{body}
    return plain(text)
"""
HARMLESS = {
    "prints words": "print('drawing', text)",
    "prints numbers": "print(7)",
    "prints more than a pipe holds": "print('x' * 3000)",
    "prints a line like ours": "print('{\"done\": true}', flush=True)",
    "prints no text": "import sys; sys.stdout.buffer.write(bytes(range(256)))",
    "prints past Python": "import os; os.write(1, b'x' * 500)",
    "warns": "import warnings; warnings.warn('careful ' * 300)",
    "logs": "import logging; logging.error('libpng ' * 300)",
    "closes its output": "import sys; sys.stdout.close(); sys.stderr.close()",
    "goes elsewhere": "import os; os.chdir('/')",
    "starts a program that stays": "import subprocess\n"
    "    subprocess.Popen(['sleep', '600'], start_new_session=text.startswith('1'))",
    "forks, and both come back": "import os; os.fork()",
    "forks a program that prints without end": "import os\n"
    "    if text == '01' and os.fork() == 0:\n"
    "        os.setsid()\n"
    "        for _ in range(200_000): os.write(1, b'y' * 1000)\n"
    "        os._exit(0)",
    "has a thread that never ends": "import threading, time\n"
    "    threading.Thread(target=time.sleep, args=(1e6,)).start()",
    "has a thread that prints": "import threading\n"
    "    threading.Thread(target=print, args=('z' * 2000,), daemon=True).start()",
}
HARMFUL = {
    "raises": ("raise ValueError('no ink\\nand a second line')", r"raised ValueError: no ink$"),
    "reads": ("input()", r"draw\('..'\) raised EOFError"),
    "exits": ("raise SystemExit('bye')", "raised SystemExit: bye"),
    "interrupts": ("raise KeyboardInterrupt", "raised KeyboardInterrupt$"),
    "ends its process": ("import os; os._exit(0)", "ended with exit code 0"),
    "ends its process with a word": (
        "import os; os.write(2, b'fatal: no font\\n'); os._exit(3)",
        "exit code 3: fatal: no font",
    ),
    "is killed": ("import os; os.kill(os.getpid(), 9)", "killed: is the memory full"),
    "crashes": ("import os; os.kill(os.getpid(), 11)", "SIGSEGV"),
    "never comes back": ("while True: pass", "drew nothing for"),
    "sleeps": ("import time; time.sleep(10_000)", "drew nothing for"),
    "gives nothing": ("return None", "gave NoneType where a PIL image is needed"),
}


def drawing(folder, body, count=40):
    """The drawing of one child process, into the folder."""
    (folder / "mine.py").write_text(DRAWING.format(body=f"    {body}"))
    generator = Callable(
        function="mine.py:draw", folder=str(folder), length=2, width=60, height=24, alphabet="01"
    ).resolved()
    return ParallelDrawing("callable", generator, 1, count, folder, 1)


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    place = tmp_path_factory.mktemp("plain")
    with drawing(place, "pass") as running:
        running.wait()
    return np.load(place / IMAGES)


@pytest.mark.parametrize("case", HARMLESS)
def test_what_a_function_does_besides_is_its_own(case, tmp_path, expected):
    heard = []
    with drawing(tmp_path, HARMLESS[case]) as running:
        running.wait(lambda *told: heard.append(told))
    assert np.array_equal(np.load(tmp_path / IMAGES), expected)
    assert heard[-1] == (40, 40)
    assert heard == sorted(heard)


@pytest.mark.parametrize("case", HARMFUL)
def test_a_function_that_fails_is_one_line(case, tmp_path, monkeypatch):
    body, words = HARMFUL[case]
    monkeypatch.setattr(worker_process, "PATIENCE", 1.5)
    with pytest.raises(HarnessError, match=words) as caught, drawing(tmp_path, body) as running:
        running.wait()
    assert len(str(caught.value).splitlines()) == 1
    if case == "raises":
        assert "and a second line" in caught.value.details
        assert 'File "' in caught.value.details


def test_what_was_printed_before_a_failure_is_kept(tmp_path):
    body = "print('font missing, using none', flush=True); raise OSError('cannot draw')"
    with pytest.raises(HarnessError) as caught, drawing(tmp_path, body) as running:
        running.wait()
    assert "font missing, using none" in caught.value.details


SITE = {
    "reports/__init__.py": "TITLE = 'my own reports'",
    "fixtures.py": "INK = 0",
    "workers/__init__.py": "",
    "site/sizes.py": "SIZE = 16",
    "site/background.txt": "255",
    "site/captcha.py": """
from fixtures import INK
from pathlib import Path
from reports import TITLE
from sizes import SIZE
import workers
from PIL import Image, ImageDraw

def draw(text):
    paper = int(Path("site/background.txt").read_text())
    image = Image.new("L", (60, 24), paper)
    ImageDraw.Draw(image).text((5, 3), text, fill=INK, font_size=SIZE)
    return image
""",
}


@pytest.mark.parametrize("count", [3, 600])
def test_the_site_s_own_modules_and_files_are_at_hand(count, tmp_path, monkeypatch):
    """Its `reports`, `workers`, `fixtures` before ours; paths from where its sweep file is."""
    for name, text in SITE.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir("/")
    generator = Callable(
        function="site/captcha.py:draw", folder=str(tmp_path), length=2, width=60, height=24
    ).resolved()
    with ParallelDrawing(
        "callable", generator, 1, count, tmp_path, 2 if count > 500 else 1
    ) as running:
        running.wait()
    assert len(np.unique(np.load(tmp_path / IMAGES), axis=0)) > 1


def test_a_module_is_found_beside_the_sweep_file_and_nothing_of_it_is_run(tmp_path):
    package = tmp_path / "shop" / "captchas"
    package.mkdir(parents=True)
    for folder in (package, package.parent):
        (folder / "__init__.py").write_text("raise SystemError('imported')")
    (package / "drawn.py").write_text("raise SystemError('imported')")
    generator = Callable(function="shop.captchas.drawn:draw", folder=str(tmp_path)).resolved()
    assert len(generator.contents) == 20
    with pytest.raises(ValueError, match=r"no module 'shop.captchas.none'"):
        Callable(function="shop.captchas.none:draw", folder=str(tmp_path)).resolved()


@pytest.mark.parametrize("function", ["subprocess:getoutput", "os:system", "os.path:join"])
def test_functions_of_python_itself_are_refused(function):
    with pytest.raises(ValueError, match="Python's own"):
        Callable(function=function).resolved()


def test_a_killed_parent_leaves_no_child(tmp_path):
    (tmp_path / "mine.py").write_text(
        DRAWING.format(body="    import time; time.sleep(0.05); print('mark-of-this-test')")
    )
    code = (
        "import sys; from pathlib import Path\n"
        "from harness.datasets.user_function.callable import Callable\n"
        "from harness.datasets.drawing.parallel import ParallelDrawing\n"
        "place = Path(sys.argv[1])\n"
        "mine = Callable(function='mine.py:draw', folder=str(place), width=60, height=24)\n"
        "mine = mine.resolved()\n"
        "drawing = ParallelDrawing('callable', mine, 1, 100_000, place, 1)\n"
        "while not drawing.children[0].drawn: drawing.children[0].ended()\n"
        "print(drawing.children[0]._process.pid, flush=True); sys.stdin.read()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    with parent:
        number = int(parent.stdout.readline())
        parent.kill()
        parent.wait()
    deadline = time.monotonic() + 30
    while alive(number) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(number)


def alive(process):
    """Whether a process runs; one that waits to be buried by its new parent does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except FileNotFoundError:
        return False


def test_a_page_gets_captchas_of_a_function_from_a_process_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setattr(captcha_stream, "AHEAD", 5)
    body = "    import os; os.chdir('/'); print(text)"
    (tmp_path / "mine.py").write_text(DRAWING.format(body=body))
    generator = Callable(
        function="mine.py:draw", folder=str(tmp_path), width=60, height=24
    ).resolved()
    draw = captcha_stream.captcha_stream("callable", generator)
    captchas = [draw() for _ in range(12)]
    assert len({image.tobytes() for image, _text in captchas}) > 6
    assert {len(text) for _image, text in captchas} == {4}
    assert os.getcwd() != "/"  # noqa: PTH109 - what the function has changed is its own


def test_the_modules_that_a_function_imports_are_part_of_it(tmp_path):
    site = tmp_path / "site"
    (site / "fonts").mkdir(parents=True)
    (site / "captcha.py").write_text("from style import INK\nfrom fonts.sizes import SIZE\n")
    (site / "style.py").write_text("import colors\nINK = 0\n")
    (tmp_path / "colors.py").write_text("")
    (site / "fonts" / "__init__.py").write_text("")
    (site / "fonts" / "sizes.py").write_text("SIZE = 1")

    def contents(folder=tmp_path):
        return Callable(function="site/captcha.py:draw", folder=str(folder)).resolved().contents

    seen = {contents()}
    for file in ("site/style.py", "colors.py", "site/fonts/__init__.py", "site/fonts/sizes.py"):
        (tmp_path / file).write_text((tmp_path / file).read_text() + "\n# other\n")
        assert contents() not in seen, file
        seen.add(contents())
    (site / "unused.py").write_text("x = 1")
    assert contents() in seen
    shutil.copytree(tmp_path, tmp_path.parent / "elsewhere")
    assert contents(tmp_path.parent / "elsewhere") in seen
    (site / "style.py").write_text("import style, captcha\nno python at all (")
    assert len(contents()) == 20


def test_compiled_files_beside_the_source_are_not_believed(tmp_path):
    """Equal size and time, as tar and image layers leave them: Python would take the old one."""
    source = DRAWING.format(body="    from ink import SIZE")
    (tmp_path / "mine.py").write_text(
        source.replace("font_size=16", "font_size=SIZE").replace(
            "def plain", "from ink import SIZE\n\ndef plain"
        )
    )
    drawn = []
    for size in ("16", "10"):
        (tmp_path / "ink.py").write_text(f"SIZE = {size}")
        os.utime(tmp_path / "ink.py", (1_700_000_000, 1_700_000_000))
        code = "import sys; sys.dont_write_bytecode = False; sys.path.insert(0, '.'); import ink"
        if size == "16":
            subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
            assert list((tmp_path / "__pycache__").iterdir())
        generator = Callable(
            function="mine.py:draw", folder=str(tmp_path), length=2, width=60, height=24
        ).resolved()
        with ParallelDrawing("callable", generator, 1, 5, tmp_path, 1) as running:
            running.wait()
        drawn.append(np.load(tmp_path / IMAGES))
    assert not np.array_equal(*drawn)
    assert len(list((tmp_path / "__pycache__").iterdir())) == 1, "nothing is added to the owner's"
