"""What connects the domain to files and to other systems."""
