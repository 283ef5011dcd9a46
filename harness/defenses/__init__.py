"""Changes to a breaker's training or input that keep attacks from working."""
