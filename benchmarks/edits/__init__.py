"""The next edit: what would stand in this place after it, given the session so far?"""
