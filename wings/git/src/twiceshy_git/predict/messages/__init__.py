"""Commit messages: what would the people of this project write about this change?"""
