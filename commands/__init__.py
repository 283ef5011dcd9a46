"""The command line: reads options, calls the harness, shows what it gives."""
