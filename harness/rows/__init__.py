"""The rows of the CSV files, and their columns: one module each."""
