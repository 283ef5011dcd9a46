"""How a run's results read: CSV tables and one self-contained page.

Light to import: jinja2 is imported by the function that needs it.
"""

from reports.writing import write

__all__ = ["write"]
