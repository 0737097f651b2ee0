"""Predict the files of a task, and train the ranking models."""
