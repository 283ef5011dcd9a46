"""Reading: breakers on clean captchas."""
