"""What of the exec contract the scenarios exercise, computed from the scenarios, and what they leave out."""
