"""The channels that patients speak through."""
