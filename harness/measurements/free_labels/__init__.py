"""Labels for free: a site says which answers are right, and so labels captchas for its attacker."""
