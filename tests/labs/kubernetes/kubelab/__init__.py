"""What dry-run and hardened are made of."""
