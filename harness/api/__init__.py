"""The door for Python: what `import harness` offers. See docs/python.md."""
