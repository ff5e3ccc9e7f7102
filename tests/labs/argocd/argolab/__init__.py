"""The parts of sync and settings."""
