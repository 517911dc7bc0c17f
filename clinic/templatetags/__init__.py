"""What templates ask of this stage."""
