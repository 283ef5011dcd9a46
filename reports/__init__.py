"""How a run's results read: CSV tables and one self-contained page.

Light to import: jinja2 is imported by the function that needs it.
"""

from reports.writing import write, write_index

__all__ = ["write", "write_index"]
