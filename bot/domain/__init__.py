"""What the assistant knows and decides, in plain Python: no I/O, no Rasa, no clock."""
