"""What pyproject.toml cannot say: fixtures/ is a folder of the package `harness` once installed."""

from setuptools import find_packages, setup

ROOMS = ["harness*", "workers*", "reports*", "commands*"]

setup(
    packages=[
        *find_packages(include=ROOMS),
        "harness.fixtures.fonts",
        "harness.fixtures.foundation",
        "harness.fixtures.sweeps",
    ],
    package_dir={
        "harness.fixtures.fonts": "fixtures/fonts",
        "harness.fixtures.foundation": "fixtures/foundation",
        "harness.fixtures.sweeps": "fixtures/sweeps",
    },
)
