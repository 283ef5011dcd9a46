"""What is measured, a folder for each: what it asks, how it is planned, done and gathered."""
