"""Results of a run: the document that reports read, its rows, and its warnings."""
