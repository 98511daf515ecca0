"""Rasa graph components: the Norwegian language model, intents, the red-flag screen."""
