"""How a run's results read: CSV tables and one self-contained page.

Light to import: pandas, altair, and jinja2 are imported by the functions that need them.
"""

from reports.writing import write

__all__ = ["write"]
