"""The CSV files and the DataFrames of a run are the same tables."""

from documents import document, row

from harness.results.rows.extra import ExtraTable
from harness.results.tables import tables
from reports.csv_files import csv_files

EXTRA = ExtraTable(
    name="odd", title="t", about="a", columns=("x", "y", "z", "text"),
    rows=((1, 2.5, True, 'a "b", c'), (None, 3, None, ""), (2, 1e-7, False, "00,12\n")),
)  # fmt: skip


def test_text_and_frames_agree(written):
    strange = document(
        rows=(row(breaker='a,"b"', epsilon=1 / 3), row(status="failed"), row(gradients=None)),
        extra=(EXTRA,),
    )
    for doc in (written[0], strange):
        frames = tables(doc)
        texts = dict(csv_files(doc))
        assert list(texts) == list(frames)
        for path, frame in frames.items():
            assert texts[path] == frame.to_csv(index=False, lineterminator="\n", na_rep=""), path
