"""Sweeps: a sweep file read, its entries validated, its mistakes listed."""
