"""What a run found: the document that reports read, its rows, and its warnings."""
