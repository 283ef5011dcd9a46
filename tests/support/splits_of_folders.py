"""The splits of a folder, as a sweep has them."""

from harness.datasets.ready_made import Choice

SPLITS = ("test", "validation", "train")


def split(folder, train, validation, test):
    """Images of the three splits, as a sweep's steps choose them."""
    counts = {"train": train, "validation": validation, "test": test}
    folder.check_counts(train, validation, test)
    windows_of = {name: folder.window(name, counts) for name in SPLITS}
    return {
        name: folder.choose(Choice(name, 0, counts[name], at.skip, None, at.copies))
        for name, at in windows_of.items()
        if counts[name]
    }
