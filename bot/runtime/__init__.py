"""What wraps the parts of Rasa and runs the processes."""
