"""The assistant: its rules (domain), reviewed words (content) and what connects them to Rasa."""
