"""Rasa actions: one errand a file, no sentence and no threshold."""
