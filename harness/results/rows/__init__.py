"""The rows of the CSV files."""
