"""Hostile input, made up for as long as one likes: `make fuzz`. What it finds stays as a plain test beside the others."""
